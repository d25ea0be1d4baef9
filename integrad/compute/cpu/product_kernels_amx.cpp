// Products of bfloat16 numbers with sums in float, in the tile registers of AMX. The arithmetic of
// a block is described in plain loops in tests/compute/amx_tile_test.cpp.
#include <immintrin.h>

#include "integrad/compute/cpu/product_kernels.h"

namespace integrad::cpu {
namespace {

constexpr Index word_unit = 16;

#include "integrad/compute/cpu/lanes.h"
#include "integrad/compute/cpu/pair_words.h"

#include "integrad/compute/cpu/amx_tile.h"

/// Registers 0 … 3 hold the sums (upper left, upper right, lower left, lower right), 4 and 5 rows
/// of a, 6 and 7 words of b. The configuration belongs to the thread and lasts as long as a block.
class TileRegisters {
 public:
  TileRegisters(Index rows, bool right) : lower_(rows > 16), right_(right) {
    struct alignas(64) Configuration {
      unsigned char palette = 1;
      unsigned char start_row = 0;
      unsigned char reserved[14] = {};
      unsigned short bytes_a_row[16] = {64, 64, 64, 64, 64, 64, 64, 64};
      unsigned char rows[16] = {};
    } configuration;
    const auto upper_rows = static_cast<unsigned char>(lower_ ? 16 : rows);
    const auto lower_rows = static_cast<unsigned char>(lower_ ? rows - 16 : 1);
    const unsigned char all[] = {upper_rows, upper_rows, lower_rows, lower_rows,
                                 upper_rows, lower_rows, 16,         16};
    for (int i = 0; i < 8; ++i) configuration.rows[i] = all[i];
    asm volatile("" : : "r"(&configuration) : "memory");  // the next line reads all 64 bytes
    _tile_loadconfig(&configuration);                     // also sets every register to zero
  }
  TileRegisters(const TileRegisters&) = delete;
  TileRegisters& operator=(const TileRegisters&) = delete;
  ~TileRegisters() { _tile_release(); }

  void load(const float* from, Index stride) {
    _tile_loadd(0, from, stride * 4);
    if (right_) _tile_loadd(1, from + 16, stride * 4);
    if (lower_) _tile_loadd(2, from + 16 * stride, stride * 4);
    if (lower_ && right_) _tile_loadd(3, from + 16 * stride + 16, stride * 4);
  }
  void add_product(const float* a, Index a_stride, const float* b, Index b_stride) {
    _tile_loadd(4, a, a_stride * 4);
    _tile_loadd(6, b, b_stride * 4);
    _tile_dpbf16ps(0, 4, 6);
    if (right_) {
      _tile_loadd(7, b + 16, b_stride * 4);
      _tile_dpbf16ps(1, 4, 7);
    }
    if (lower_) {
      _tile_loadd(5, a + 16 * a_stride, a_stride * 4);
      _tile_dpbf16ps(2, 5, 6);
      if (right_) _tile_dpbf16ps(3, 5, 7);
    }
  }
  void store(float* to, Index stride) const {
    _tile_stored(0, to, stride * 4);
    if (right_) _tile_stored(1, to + 16, stride * 4);
    if (lower_) _tile_stored(2, to + 16 * stride, stride * 4);
    if (lower_ && right_) _tile_stored(3, to + 16 * stride + 16, stride * 4);
  }

 private:
  bool lower_, right_;
};

}  // namespace

const ProductKernels& product_kernels_amx() {
  static constexpr ProductKernels table{
      "amx_bf16",      amx_rows,   panel_columns, 2,
      word_unit,       pack_pairs, convert_row,   amx_tile<TileRegisters>,
      transpose_words, lanes};
  return table;
}

}  // namespace integrad::cpu
