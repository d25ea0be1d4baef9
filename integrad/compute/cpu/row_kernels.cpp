// Compiled three times, with INTEGRAD_ISA naming the instruction set of the compiler flags. The
// loops are plain: the compiler vectorises them. Reference: compute/reference.
#include "integrad/compute/cpu/row_kernels.h"

extern "C" float tanhf(float) noexcept;

namespace integrad::cpu {
namespace {

#include "integrad/compute/cpu/vector_math.h"

struct ValueAndDerivative {
  float value;
  float derivative;
};

struct Gelu {
  static ValueAndDerivative at(float x) {
    const float cumulative = 0.5f * (1.0f + erf_of(x * 0.70710678f));
    return {x * cumulative, cumulative + x * (0.39894228f * exp_of(-0.5f * x * x))};
  }
};

struct GeluTanh {
  static ValueAndDerivative at(float x) {
    const float u = 0.79788456f * (x + 0.044715f * x * x * x);
    const float t = 1.0f - 2.0f / (exp_of(2.0f * u) + 1.0f);
    const float d_u = 0.79788456f * (1.0f + 0.134145f * x * x);
    return {0.5f * x * (1.0f + t), 0.5f * (1.0f + t) + 0.5f * x * (1.0f - t * t) * d_u};
  }
};

struct QuickGelu {
  static ValueAndDerivative at(float x) {
    const float s = sigmoid_of(1.702f * x);
    return {x * s, s + 1.702f * x * s * (1.0f - s)};
  }
};

struct Gelu10 {
  static ValueAndDerivative at(float x) {
    const ValueAndDerivative g = Gelu::at(x);
    return {g.value > 10.0f ? 10.0f : g.value, g.value > 10.0f ? 0.0f : g.derivative};
  }
};

struct Relu {
  static ValueAndDerivative at(float x) { return {x > 0.0f ? x : 0.0f, x > 0.0f ? 1.0f : 0.0f}; }
};

struct Silu {
  static ValueAndDerivative at(float x) {
    const float s = sigmoid_of(x);
    return {x * s, s + x * s * (1.0f - s)};
  }
};

struct Mish {  // tanh(log(1 + e)) = (e² + 2e) / (e² + 2e + 2), e = eˣ
  static ValueAndDerivative at(float x) {
    const float e = exp_of(x > 20.0f ? 20.0f : x);
    const float n = e * (e + 2.0f);
    const float t = n / (n + 2.0f);
    return {x * t, t + x * (1.0f - t * t) * (e / (1.0f + e))};
  }
};

struct Tanh {
  static ValueAndDerivative at(float x) {
    const float t = tanhf(x);
    return {t, 1.0f - t * t};
  }
};

struct Sigmoid {
  static ValueAndDerivative at(float x) {
    const float s = sigmoid_of(x);
    return {s, s * (1.0f - s)};
  }
};

struct Identity {
  static ValueAndDerivative at(float x) { return {x, 1.0f}; }
};

template <class F>
void activate_with(const float* x, Index n, float* y, float* derivative) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) {
    const ValueAndDerivative f = F::at(x[i]);
    y[i] = f.value;
    derivative[i] = f.derivative;
  }
}

void activate(Activation activation, const float* x, Index n, float* y, float* derivative) {
  switch (activation) {
    case Activation::gelu:
      return activate_with<Gelu>(x, n, y, derivative);
    case Activation::gelu_tanh:
      return activate_with<GeluTanh>(x, n, y, derivative);
    case Activation::quick_gelu:
      return activate_with<QuickGelu>(x, n, y, derivative);
    case Activation::gelu_10:
      return activate_with<Gelu10>(x, n, y, derivative);
    case Activation::relu:
      return activate_with<Relu>(x, n, y, derivative);
    case Activation::silu:
      return activate_with<Silu>(x, n, y, derivative);
    case Activation::mish:
      return activate_with<Mish>(x, n, y, derivative);
    case Activation::tanh:
      return activate_with<Tanh>(x, n, y, derivative);
    case Activation::sigmoid:
      return activate_with<Sigmoid>(x, n, y, derivative);
    case Activation::linear:
      return activate_with<Identity>(x, n, y, derivative);
  }
}

void multiply(const float* a, const float* b, Index n, float* product) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) product[i] = a[i] * b[i];
}

float layer_norm(const float* input, const float* residual, const float* scale, const float* shift,
                 Index n, float epsilon, float* normalized, float* output) {
  float sum = 0.0f;
  if (residual != nullptr) {
#pragma omp simd reduction(+ : sum)
    for (Index i = 0; i < n; ++i) {
      normalized[i] = input[i] + residual[i];
      sum += normalized[i];
    }
  } else {
#pragma omp simd reduction(+ : sum)
    for (Index i = 0; i < n; ++i) {
      normalized[i] = input[i];
      sum += normalized[i];
    }
  }
  const float mean = sum / static_cast<float>(n);
  float squares = 0.0f;
#pragma omp simd reduction(+ : squares)
  for (Index i = 0; i < n; ++i) {
    normalized[i] -= mean;
    squares += normalized[i] * normalized[i];
  }
  const float inverse = 1.0f / __builtin_sqrtf(squares / static_cast<float>(n) + epsilon);
#pragma omp simd
  for (Index i = 0; i < n; ++i) {
    normalized[i] *= inverse;
    output[i] = normalized[i] * scale[i] + shift[i];
  }
  return inverse;
}

void layer_norm_d_input(const float* d_output, const float* scale, const float* normalized,
                        float inverse_deviation, Index n, float* d_input) {
  float sum = 0.0f, along = 0.0f;
#pragma omp simd reduction(+ : sum, along)
  for (Index i = 0; i < n; ++i) {
    const float g = d_output[i] * scale[i];
    sum += g;
    along += g * normalized[i];
  }
  const float mean = sum / static_cast<float>(n);
  const float slope = along / static_cast<float>(n);
#pragma omp simd
  for (Index i = 0; i < n; ++i) {
    d_input[i] = (d_output[i] * scale[i] - mean - normalized[i] * slope) * inverse_deviation;
  }
}

float exponentials(float* scores, Index n, float scale, float* log_sum_exp) {
  float largest = scores[0];
#pragma omp simd reduction(max : largest)
  for (Index i = 0; i < n; ++i) largest = scores[i] > largest ? scores[i] : largest;
  float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
  for (Index i = 0; i < n; ++i) {
    scores[i] = exp_of(scale * (scores[i] - largest));
    sum += scores[i];
  }
  *log_sum_exp = scale * largest + __builtin_logf(sum);
  return sum;
}

void softmax_d_input(float* scores, float* d_probabilities, const float* log_sum_exp,
                     const float* mean, Index n, float scale) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) {
    const float p = exp_of(scale * scores[i] - log_sum_exp[i]);
    scores[i] = p;
    d_probabilities[i] = scale * p * (d_probabilities[i] - mean[i]);
  }
}

float dot(const float* a, const float* b, Index n) {
  float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
  for (Index i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

void scale(float* row, Index n, float factor) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) row[i] *= factor;
}

/// Step by step where the row lies in the cache: each step has two operands.
void affine(const float* input, const float* residual, const float* scale, const float* shift,
            Index n, float* output) {
  if (residual != nullptr) {
#pragma omp simd
    for (Index i = 0; i < n; ++i) output[i] = input[i] + residual[i];
  } else {
#pragma omp simd
    for (Index i = 0; i < n; ++i) output[i] = input[i];
  }
  if (scale != nullptr) {
#pragma omp simd
    for (Index i = 0; i < n; ++i) output[i] *= scale[i];
  }
  if (shift != nullptr) {
#pragma omp simd
    for (Index i = 0; i < n; ++i) output[i] += shift[i];
  }
}

void rotate(const float* input, const float* cosine, const float* sine, Index half, float direction,
            float* output) {
#pragma omp simd
  for (Index i = 0; i < half; ++i) {
    const float a = input[i], b = input[half + i], s = direction * sine[i];
    output[i] = a * cosine[i] - b * s;
    output[half + i] = b * cosine[i] + a * s;
  }
}

void dropout(std::uint64_t seed, std::uint64_t stream, std::uint32_t threshold, float factor,
             std::uint64_t group, Index groups, float* factors) {
  constexpr int lanes = 16;
  for (Index g = 0; g < groups; ++g, ++group, factors += Index{4} * lanes) {
    std::uint32_t a[lanes], b[lanes], c[lanes], d[lanes];
    for (int i = 0; i < lanes; ++i) {
      const std::uint64_t block = lanes * group + static_cast<std::uint64_t>(i);
      a[i] = static_cast<std::uint32_t>(block);
      b[i] = static_cast<std::uint32_t>(block >> 32);
      c[i] = static_cast<std::uint32_t>(stream);
      d[i] = static_cast<std::uint32_t>(stream >> 32);
    }
    std::uint32_t key0 = static_cast<std::uint32_t>(seed);
    std::uint32_t key1 = static_cast<std::uint32_t>(seed >> 32);
    for (int round = 0; round < 7; ++round) {
#pragma omp simd
      for (int i = 0; i < lanes; ++i) {
        const std::uint64_t left = std::uint64_t{0xD2511F53} * a[i];
        const std::uint64_t right = std::uint64_t{0xCD9E8D57} * c[i];
        a[i] = static_cast<std::uint32_t>(right >> 32) ^ b[i] ^ key0;
        b[i] = static_cast<std::uint32_t>(right);
        c[i] = static_cast<std::uint32_t>(left >> 32) ^ d[i] ^ key1;
        d[i] = static_cast<std::uint32_t>(left);
      }
      key0 += 0x9E3779B9;
      key1 += 0xBB67AE85;
    }
#pragma omp simd
    for (int i = 0; i < lanes; ++i) {
      factors[i] = a[i] < threshold ? 0.0f : factor;
      factors[lanes + i] = b[i] < threshold ? 0.0f : factor;
      factors[2 * lanes + i] = c[i] < threshold ? 0.0f : factor;
      factors[3 * lanes + i] = d[i] < threshold ? 0.0f : factor;
    }
  }
}

constexpr RowKernels make_table(const char* instruction_set) {
  return {instruction_set, activate,        multiply, layer_norm, layer_norm_d_input,
          exponentials,    softmax_d_input, dot,      scale,      affine,
          rotate,          dropout};
}

}  // namespace

#if defined(INTEGRAD_ISA_AVX512)
const RowKernels& row_kernels_avx512() {
  static constexpr RowKernels table = make_table("avx512");
#elif defined(INTEGRAD_ISA_AVX2)
const RowKernels& row_kernels_avx2() {
  static constexpr RowKernels table = make_table("avx2");
#else
const RowKernels& row_kernels_baseline() {
  static constexpr RowKernels table = make_table("baseline");
#endif
  return table;
}

}  // namespace integrad::cpu
