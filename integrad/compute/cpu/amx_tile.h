// The tile of a bfloat16 product in AMX tile registers. `Block` holds the sums of at most 32 rows
// and 32 columns: the processor's registers, or a plain array where tests have no such processor.
// Included as internally as lanes.h.

inline constexpr Index amx_rows = 32;
inline constexpr Index amx_columns = 32;  // of a block; a panel has two
inline constexpr Index amx_words = 16;    // of one step

/// ProductKernels::tile; `words` is a multiple of amx_words.
template <class Block>
void amx_tile(const float* a, Index a_stride, const float* panel, Index words, Index rows, Index n,
              const float* start, Index start_stride, float* c, Index c_stride) {
  constexpr Index panel_stride = 2 * amx_columns;
  for (Index j = 0; j < n; j += amx_columns) {
    Block block(rows, n - j > amx_columns / 2);
    if (start != nullptr) block.load(start + j, start_stride);
    for (Index s = 0; s < words; s += amx_words) {
      block.add_product(a + s, a_stride, panel + s * panel_stride + j, panel_stride);
    }
    block.store(c + j, c_stride);
  }
}
