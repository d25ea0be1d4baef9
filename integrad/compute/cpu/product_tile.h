// The tile of a product in registers, for words that `Words` knows how to multiply. Included after
// lanes.h and the constants tile_rows, tile_vectors and panel_columns, as internal as they are.

template <class Words, int Rows, int Vectors>
void tile_of(const float* a, Index a_stride, const float* panel, Index words, const float* start,
             Index start_stride, float* c, Index c_stride) {
  Lanes sums[Rows][Vectors];
#pragma GCC unroll 8
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
      sums[r][v] = start == nullptr ? Lanes{} : load(start + r * start_stride + v * lanes);
    }
  }
  for (Index s = 0; s < words; ++s) {
    Lanes b[Vectors];
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) b[v] = load(panel + s * panel_columns + v * lanes);
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
      const Lanes x = Words::repeat(a + r * a_stride + s);
#pragma GCC unroll 8
      for (int v = 0; v < Vectors; ++v) sums[r][v] = Words::multiply_add(x, b[v], sums[r][v]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) store(sums[r][v], c + r * c_stride + v * lanes);
  }
}

/// ProductKernels::tile: only as many rows and vectors as the tile has.
template <class Words, int Rows = tile_rows, int Vectors = tile_vectors>
void tile(const float* a, Index a_stride, const float* panel, Index words, Index rows, Index n,
          const float* start, Index start_stride, float* c, Index c_stride) {
  if constexpr (Rows > 1) {
    if (rows < Rows) {
      return tile<Words, Rows - 1, Vectors>(a, a_stride, panel, words, rows, n, start, start_stride,
                                            c, c_stride);
    }
  }
  if constexpr (Vectors > 1) {
    if (n <= (Vectors - 1) * lanes) {
      return tile<Words, Rows, Vectors - 1>(a, a_stride, panel, words, rows, n, start, start_stride,
                                            c, c_stride);
    }
  }
  tile_of<Words, Rows, Vectors>(a, a_stride, panel, words, start, start_stride, c, c_stride);
}
