// The kernels of an explanation, one by one: products beside oneDNN's plain product of the same
// size, row work beside a copy of as many bytes.
#include <benchmark/benchmark.h>

#include <cstring>

#include "bench/onednn.h"
#include "integrad/compute/backend.h"
#include "tests/support/random_matrix.h"

namespace integrad::bench {
namespace {

using testing::random_matrix;

Precision precision_of(const benchmark::State& state) {
  return state.range(0) == 16 ? Precision::bf16 : Precision::f32;
}

void count_operations(benchmark::State& state, double operations) {
  state.counters["FLOPS"] =
      benchmark::Counter(operations, benchmark::Counter::kIsIterationInvariantRate);
}

/// bits, rows, inner, columns.
void product_ours(benchmark::State& state) {
  const Index rows = state.range(1), inner = state.range(2), columns = state.range(3);
  const auto backend = make_backend<float>("cpu", 0, precision_of(state));
  const auto x = random_matrix<float>(rows, inner, 1), w = random_matrix<float>(columns, inner, 2),
             bias = random_matrix<float>(1, columns, 3);
  Matrix<float> y(rows, columns);
  for (auto _ : state) backend->linear(x, w, bias, y);
  count_operations(state, 2.0 * rows * inner * columns);
}

/// The derivative: bits, rows, inner, columns.
void product_d_input_ours(benchmark::State& state) {
  const Index rows = state.range(1), inner = state.range(2), columns = state.range(3);
  const auto backend = make_backend<float>("cpu", 0, precision_of(state));
  const auto d_y = random_matrix<float>(rows, inner, 1),
             w = random_matrix<float>(inner, columns, 2);
  Matrix<float> d_x(rows, columns);
  for (auto _ : state) backend->linear_d_input(d_y, w, d_x, Write::replace);
  count_operations(state, 2.0 * rows * inner * columns);
}

void product_onednn(benchmark::State& state) {
  const Index rows = state.range(1), inner = state.range(2), columns = state.range(3);
  OneDnnProduct product(rows, inner, columns, precision_of(state));
  for (auto _ : state) product.run();
  count_operations(state, 2.0 * rows * inner * columns);
}

void product_sizes(benchmark::internal::Benchmark* benchmark) {
  for (const int bits : {32, 16}) {
    for (const int rows : {512, 2048}) {
      benchmark->Args({bits, rows, 768, 2304})
          ->Args({bits, rows, 768, 768})
          ->Args({bits, rows, 768, 3072})
          ->Args({bits, rows, 3072, 768})
          ->Args({bits, rows, 384, 1536});
    }
    benchmark->Args({bits, 1536, 1536, 1536});
  }
  benchmark->UseRealTime()->Unit(benchmark::kMicrosecond);
}
BENCHMARK(product_ours)->Apply(product_sizes);
BENCHMARK(product_d_input_ours)->Apply(product_sizes);
BENCHMARK(product_onednn)->Apply(product_sizes);

/// Twelve heads of 64: bits, sequences, length.
struct AttentionOperands {
  AttentionOperands(Index count, Index length) {
    for (Index s = 0; s < count; ++s) sequences.append(length);
    qkv = random_matrix<float>(sequences.rows(), 3 * hidden, 1);
    context = random_matrix<float>(sequences.rows(), hidden, 2);
    d_qkv.resize(sequences.rows(), 3 * hidden);
    normalizer.resize(sequences.rows(), heads);
  }
  AttentionInput<float> input() const {
    return {sequences,           sequences,          heads, 0.125, part(qkv.view(), 0),
            part(qkv.view(), 1), part(qkv.view(), 2)};
  }
  template <class T>
  static MatrixView<T> part(MatrixView<T> all, Index i) {
    return all.column_range(i * hidden, hidden);
  }

  static constexpr Index heads = 12, hidden = 768;
  Sequences sequences;
  Matrix<float> qkv, context, d_qkv, normalizer;
};

void attention(benchmark::State& state) {
  AttentionOperands operands(state.range(1), state.range(2));
  const auto backend = make_backend<float>("cpu", 0, precision_of(state));
  for (auto _ : state) backend->attention(operands.input(), operands.context, operands.normalizer);
  count_operations(state, 4.0 * operands.hidden * state.range(1) * state.range(2) * state.range(2));
}

void attention_d_input(benchmark::State& state) {
  AttentionOperands operands(state.range(1), state.range(2));
  const auto backend = make_backend<float>("cpu", 0, precision_of(state));
  Matrix<float> context(operands.context.rows(), operands.hidden);
  backend->attention(operands.input(), context, operands.normalizer);
  const MatrixView<float> d_qkv = operands.d_qkv;
  for (auto _ : state) {
    backend->attention_d_input(operands.input(), {context, operands.normalizer}, operands.context,
                               operands.part(d_qkv, 0), operands.part(d_qkv, 1),
                               operands.part(d_qkv, 2));
  }
  count_operations(state,
                   10.0 * operands.hidden * state.range(1) * state.range(2) * state.range(2));
}

void attention_sizes(benchmark::internal::Benchmark* benchmark) {
  for (const int bits : {32, 16}) {
    benchmark->Args({bits, 8, 256})->Args({bits, 16, 128})->Args({bits, 128, 16});
  }
  benchmark->UseRealTime()->Unit(benchmark::kMicrosecond);
}
BENCHMARK(attention)->Apply(attention_sizes);
BENCHMARK(attention_d_input)->Apply(attention_sizes);

void count_bytes(benchmark::State& state, Index numbers) {
  state.SetBytesProcessed(state.iterations() * numbers * static_cast<Index>(sizeof(float)));
}

constexpr Index rows = 2048, hidden = 768;

void layer_norm(benchmark::State& state) {
  const auto backend = make_backend<float>("cpu");
  const auto x = random_matrix<float>(rows, hidden, 1), r = random_matrix<float>(rows, hidden, 2),
             scale = random_matrix<float>(1, hidden, 3);
  Matrix<float> normalized(rows, hidden), inverse(rows, 1), y(rows, hidden);
  for (auto _ : state) backend->layer_norm(x, r, scale, scale, 1e-5, normalized, inverse, y);
  count_bytes(state, 4 * rows * hidden);
}
BENCHMARK(layer_norm)->UseRealTime()->Unit(benchmark::kMicrosecond);

void layer_norm_d_input(benchmark::State& state) {
  const auto backend = make_backend<float>("cpu");
  const auto d_y = random_matrix<float>(rows, hidden, 1), n = random_matrix<float>(rows, hidden, 2),
             scale = random_matrix<float>(1, hidden, 3);
  auto inverse = random_matrix<float>(rows, 1, 4);
  Matrix<float> d_x(rows, hidden);
  for (auto _ : state) backend->layer_norm_d_input(d_y, scale, n, inverse, d_x);
  count_bytes(state, 3 * rows * hidden);
}
BENCHMARK(layer_norm_d_input)->UseRealTime()->Unit(benchmark::kMicrosecond);

/// What memory gives: as many bytes as layer_norm, half of them read, by one thread.
void copy(benchmark::State& state) {
  const auto from = random_matrix<float>(2 * rows, hidden, 1);
  Matrix<float> to(2 * rows, hidden);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), 2 * rows * hidden * sizeof(float));
    benchmark::ClobberMemory();
  }
  count_bytes(state, 4 * rows * hidden);
}
BENCHMARK(copy)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace integrad::bench
