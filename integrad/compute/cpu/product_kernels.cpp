// Products in float, compiled three times, with INTEGRAD_ISA naming the instruction set of the
// compiler flags. Reference: compute/reference.
#include "integrad/compute/cpu/product_kernels.h"

namespace integrad::cpu {
namespace {

#include "integrad/compute/cpu/lanes.h"

constexpr Index tile_rows = 6;
constexpr Index tile_vectors = lanes == 16 ? 4 : 2;  // 24 of 32, or 12 of 16 registers hold sums
constexpr Index panel_columns = tile_vectors * lanes;

/// Nearest bfloat16, ties to even, as a float; NaN stays NaN.
float rounded_to_bf16(float x) {
  if (x != x) return x;
  const auto bits = __builtin_bit_cast(unsigned, x);
  return __builtin_bit_cast(float, (bits + 0x7FFFu + ((bits >> 16) & 1u)) & 0xFFFF0000u);
}

void round_row(const float* from, Index n, float* words) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) words[i] = rounded_to_bf16(from[i]);
}

void pack(const float* from, Index stride, bool transposed, Index inner, Index n, float* panel) {
  if (transposed) {
    transpose_words(from, stride, n, inner, panel, panel_columns);
  } else {
    for (Index k = 0; k < inner; ++k) {
#pragma omp simd
      for (Index j = 0; j < n; ++j) panel[k * panel_columns + j] = from[k * stride + j];
    }
  }
  for (Index k = 0; n < panel_columns && k < inner; ++k) {
    for (Index j = n; j < panel_columns; ++j) panel[k * panel_columns + j] = 0.0f;
  }
}

void pack_rounded(const float* from, Index stride, bool transposed, Index inner, Index n,
                  float* panel) {
  pack(from, stride, transposed, inner, n, panel);
  round_row(panel, inner * panel_columns, panel);
}

struct FloatWords {
  static Lanes repeat(const float* word) { return Lanes{} + *word; }
  static Lanes multiply_add(Lanes a, Lanes b, Lanes sum) { return sum + a * b; }
};

#include "integrad/compute/cpu/product_tile.h"

constexpr ProductKernels make_table(const char* instruction_set, bool rounded) {
  return {instruction_set,
          tile_rows,
          panel_columns,
          1,
          1,
          rounded ? pack_rounded : pack,
          rounded ? round_row : nullptr,
          tile<FloatWords>,
          transpose_words,
          lanes};
}

}  // namespace

#if defined(INTEGRAD_ISA_AVX512)
const ProductKernels& product_kernels_avx512(bool rounded) {
  static constexpr ProductKernels tables[] = {make_table("avx512", false),
                                              make_table("avx512, rounded to bf16", true)};
#elif defined(INTEGRAD_ISA_AVX2)
const ProductKernels& product_kernels_avx2(bool rounded) {
  static constexpr ProductKernels tables[] = {make_table("avx2", false),
                                              make_table("avx2, rounded to bf16", true)};
#else
const ProductKernels& product_kernels_baseline(bool rounded) {
  static constexpr ProductKernels tables[] = {make_table("baseline", false),
                                              make_table("baseline, rounded to bf16", true)};
#endif
  return tables[rounded ? 1 : 0];
}

}  // namespace integrad::cpu
