// The innermost loops of matrix products, compiled once for each instruction set and chosen at run
// time. Plain C-like interface, as in row_kernels.h.
#pragma once

#include <cstddef>

#include "integrad/compute/precision.h"

namespace integrad::cpu {

using Index = std::ptrdiff_t;

/// A product c (rows × columns) = a (rows × inner) · b (inner × columns) is cut into tiles of c.
/// For a tile the rows of a are read as they lie, and b from a panel: its columns side by side, in
/// the order in which the sums run. Rows and panels consist of 4-byte words, `factors` numbers
/// each: a float, or two neighbouring bfloat16 numbers along the inner dimension. Each sum runs in
/// one order, whatever the tile it belongs to.
struct ProductKernels {
  const char* instruction_set;
  Index rows;         // most rows of a tile
  Index columns;      // of a panel
  Index factors;      // numbers a word: 1 or 2
  Index inner_words;  // rows and panels are filled with zeros up to a multiple of this

  /// Panel of n ≤ columns columns: b(k, j) = from[k · stride + j], or from[j · stride + k] when
  /// transposed. Columns from n to the panel's end are zero.
  void (*pack)(const float* from, Index stride, bool transposed, Index inner, Index n,
               float* panel);
  /// `inner` numbers of a row as words; nullptr: rows are read as they are.
  void (*convert)(const float* from, Index inner, float* words);
  /// c(r, j) = start(r, j) + Σ_s a(r, s) · panel(s, j) for r < rows and j < n rounded up to whole
  /// vectors (both memories hold that much). start may be c, or nullptr for zero; stride 0 repeats
  /// one row.
  void (*tile)(const float* a, Index a_stride, const float* panel, Index words, Index rows, Index n,
               const float* start, Index start_stride, float* c, Index c_stride);
  /// to[c · to_stride + r] = from[r · from_stride + c].
  void (*transpose)(const float* from, Index from_stride, Index rows, Index columns, float* to,
                    Index to_stride);
  Index lanes;  // of a vector
};

/// `rounded`: operands are rounded to bfloat16 first, for processors without bfloat16 products.
const ProductKernels& product_kernels_baseline(bool rounded);
const ProductKernels& product_kernels_avx2(bool rounded);
const ProductKernels& product_kernels_avx512(bool rounded);
const ProductKernels& product_kernels_avx512_bf16();
const ProductKernels& product_kernels_amx();

/// The best table for this processor.
const ProductKernels& product_kernels(Precision precision);

/// Whether bfloat16 products are faster than float products here.
bool has_fast_bf16();

/// Whether product_kernels_amx() runs here; asks the system for the tile registers once.
bool has_amx();

}  // namespace integrad::cpu
