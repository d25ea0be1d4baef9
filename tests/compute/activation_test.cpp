#include <gtest/gtest.h>

#include <vector>

#include "integrad/base/error.h"
#include "integrad/compute/backend.h"
#include "integrad/compute/cpu/row_kernels.h"
#include "integrad/compute/reference/activations.h"
#include "tests/support/random_matrix.h"

namespace integrad {
namespace {

constexpr Activation all[] = {Activation::gelu,    Activation::gelu_tanh, Activation::quick_gelu,
                              Activation::gelu_10, Activation::relu,      Activation::silu,
                              Activation::mish,    Activation::tanh,      Activation::sigmoid,
                              Activation::linear};

TEST(Activation, NamesOfConfigurations) {
  EXPECT_EQ(parse_activation("gelu_python"), Activation::gelu);
  EXPECT_EQ(parse_activation("gelu_fast"), Activation::gelu_tanh);
  EXPECT_EQ(parse_activation("swish"), Activation::silu);
  EXPECT_THROW(parse_activation("sine"), UnsupportedModel);
}

TEST(Activation, PublishedValues) {  // torch.nn.functional in double precision
  EXPECT_NEAR(reference::activate(Activation::gelu, 1.0).value, 0.8413447460685429, 1e-15);
  EXPECT_NEAR(reference::activate(Activation::gelu_tanh, 1.0).value, 0.8411919906082768, 1e-15);
  EXPECT_NEAR(reference::activate(Activation::silu, 1.0).value, 0.7310585786300049, 1e-15);
  EXPECT_NEAR(reference::activate(Activation::mish, 1.0).value, 0.8650983882673103, 1e-15);
  EXPECT_NEAR(reference::activate(Activation::quick_gelu, 1.0).value, 0.8457957659328212, 1e-15);
  EXPECT_EQ(reference::activate(Activation::gelu_10, 12.0).value, 10.0);
}

TEST(Activation, DerivativesAgainstDualNumbers) {
  for (const Activation activation : all) {
    for (double x = -9.97; x < 12; x += 0.0371) {
      const Dual dual = reference::activate(activation, Dual(x, 1.0)).value;
      const double derivative = reference::activate(activation, x).derivative;
      EXPECT_NEAR(derivative, dual.tangent, 1e-13) << static_cast<int>(activation) << " at " << x;
    }
  }
}

/// The tables that this processor can run.
std::vector<const cpu::RowKernels*> runnable() {
  std::vector<const cpu::RowKernels*> tables{&cpu::row_kernels_baseline()};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    tables.push_back(&cpu::row_kernels_avx2());
  }
  if (&cpu::row_kernels() == &cpu::row_kernels_avx512()) tables.push_back(&cpu::row_kernels());
  return tables;
}

TEST(RowKernels, ActivationsOfEveryInstructionSet) {
  for (const auto* kernels : runnable()) {
    for (const Activation activation : all) {
      for (float x = -40; x < 40; x += 0.0137f) {
        float y = 0, derivative = 0;
        kernels->activate(activation, &x, 1, &y, &derivative);
        const auto expected = reference::activate(activation, static_cast<double>(x));
        const double scale = std::max(1.0, std::abs(expected.value));
        EXPECT_NEAR(y, expected.value, 4e-7 * scale)
            << kernels->instruction_set << " " << static_cast<int>(activation) << " at " << x;
        EXPECT_NEAR(derivative, expected.derivative, 2e-6);
      }
    }
  }
}

TEST(RowKernels, SoftmaxOfEveryInstructionSet) {
  const auto scores = testing::random_matrix<float>(1, 37, 5, 16.0);
  constexpr float scale = 0.5f;
  for (const auto* kernels : runnable()) {
    std::vector<float> p(scores.data(), scores.data() + 37);
    float normalizer = 0;
    const float total = kernels->exponentials(p.data(), 37, scale, &normalizer);
    kernels->scale(p.data(), 37, 1.0f / total);
    double sum = 0;
    for (Index i = 0; i < 37; ++i) sum += std::exp(scale * static_cast<double>(scores(0, i)));
    EXPECT_NEAR(normalizer, std::log(sum), 2e-6) << kernels->instruction_set;
    std::vector<float> again(scores.data(), scores.data() + 37), d_p(37, 3.0f);
    const std::vector<float> normalizers(37, normalizer), means(37, 1.0f);
    kernels->softmax_d_input(again.data(), d_p.data(), normalizers.data(), means.data(), 37, scale);
    for (std::size_t i = 0; i < 37; ++i) {
      const double expected = std::exp(scale * static_cast<double>(scores.data()[i])) / sum;
      EXPECT_NEAR(p[i], expected, 3e-7 + 1e-6 * expected) << kernels->instruction_set;
      EXPECT_NEAR(again[i], expected, 1e-6 + 2e-6 * expected) << kernels->instruction_set;
      EXPECT_NEAR(d_p[i], scale * 2.0f * again[i], 1e-7) << kernels->instruction_set;
    }
  }
}

TEST(RowKernels, RotationAndAffineOfEveryInstructionSet) {
  constexpr Index half = 19, n = 2 * half;
  const auto x = testing::random_matrix<float>(4, n, 5);
  for (const auto* kernels : runnable()) {
    std::vector<float> turned(n), back(n), sum(n);
    std::vector<float> cosine(half), sine(half);
    for (std::size_t i = 0; i < half; ++i) {
      cosine[i] = std::cos(x.row(1)[i]);
      sine[i] = std::sin(x.row(1)[i]);
    }
    kernels->rotate(x.row(0), cosine.data(), sine.data(), half, 1.0f, turned.data());
    kernels->rotate(turned.data(), cosine.data(), sine.data(), half, -1.0f, back.data());
    kernels->affine(x.row(0), x.row(1), x.row(2), x.row(3), n, sum.data());
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t c = i % half;
      const float partner = i < half ? -x.row(0)[i + half] : x.row(0)[i - half];
      EXPECT_NEAR(turned[i], x.row(0)[i] * cosine[c] + partner * sine[c], 1e-6)
          << kernels->instruction_set;
      EXPECT_NEAR(back[i], x.row(0)[i], 1e-6) << kernels->instruction_set;
      EXPECT_NEAR(sum[i], (x.row(0)[i] + x.row(1)[i]) * x.row(2)[i] + x.row(3)[i], 2e-6)
          << kernels->instruction_set;
    }
  }
}

TEST(RowKernels, ExtremeScoresStayFinite) {
  for (const auto* kernels : runnable()) {
    std::vector<float> p{-1e30f, 3e4f, -200.0f, 3e4f};
    float normalizer = 0;
    EXPECT_NEAR(kernels->exponentials(p.data(), 4, 1.0f, &normalizer), 2.0f, 1e-6);
    EXPECT_TRUE(std::isfinite(normalizer));
    EXPECT_NEAR(p[1], 1.0f, 1e-6);
    EXPECT_EQ(p[0], 0.0f);
    EXPECT_EQ(p[2], 0.0f);
  }
}

}  // namespace
}  // namespace integrad
