// Products of bfloat16 numbers with sums in float (AVX512_BF16).
#include <immintrin.h>

#include "integrad/compute/cpu/product_kernels.h"

namespace integrad::cpu {
namespace {

constexpr Index word_unit = 1;

#include "integrad/compute/cpu/lanes.h"
#include "integrad/compute/cpu/pair_words.h"

constexpr Index tile_rows = 6;
constexpr Index tile_vectors = panel_columns / lanes;

struct PairWords {
  using AliasedInt [[gnu::may_alias]] = int;

  static Lanes repeat(const float* word) {
    return (Lanes)_mm512_set1_epi32(*reinterpret_cast<const AliasedInt*>(word));
  }
  static Lanes multiply_add(Lanes a, Lanes b, Lanes sum) {
    return (Lanes)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
  }
};

#include "integrad/compute/cpu/product_tile.h"

}  // namespace

const ProductKernels& product_kernels_avx512_bf16() {
  static constexpr ProductKernels table{"avx512_bf16",   tile_rows,  panel_columns, 2,
                                        word_unit,       pack_pairs, convert_row,   tile<PairWords>,
                                        transpose_words, lanes};
  return table;
}

}  // namespace integrad::cpu
