// Vectors of one instruction set, for the loops that compilers do not vectorise well by themselves.
// Included only by files that are compiled once for each instruction set, inside their unnamed
// namespace: everything here has internal linkage, and no header of the standard library may be
// included. A lane is a 4-byte word: a float, or two bfloat16 numbers.

#if defined(INTEGRAD_ISA_AVX512)
inline constexpr Index lanes = 16;
#elif defined(INTEGRAD_ISA_AVX2)
inline constexpr Index lanes = 8;
#else
inline constexpr Index lanes = 4;
#endif

using Lanes [[gnu::vector_size(4 * lanes)]] = float;
using LaneWords [[gnu::vector_size(4 * lanes)]] = unsigned;
using UnalignedLanes [[gnu::vector_size(4 * lanes), gnu::aligned(4), gnu::may_alias]] = float;

static inline Lanes load(const float* from) {
  return *reinterpret_cast<const UnalignedLanes*>(from);
}
static inline void store(Lanes value, float* to) { *reinterpret_cast<UnalignedLanes*>(to) = value; }

/// a₀ b₀ a₁ b₁ … of the lower halves.
static inline Lanes interleave_low(Lanes a, Lanes b) {
#if defined(INTEGRAD_ISA_AVX512)
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
#elif defined(INTEGRAD_ISA_AVX2)
  return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
#else
  return __builtin_shufflevector(a, b, 0, 4, 1, 5);
#endif
}

/// The same of the upper halves.
static inline Lanes interleave_high(Lanes a, Lanes b) {
#if defined(INTEGRAD_ISA_AVX512)
  return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15,
                                 31);
#elif defined(INTEGRAD_ISA_AVX2)
  return __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#else
  return __builtin_shufflevector(a, b, 2, 6, 3, 7);
#endif
}

/// Transposes `lanes` vectors: log₂(lanes) perfect shuffles of the rows i and i + lanes/2.
static inline void transpose_square(Lanes (&rows)[lanes]) {
  constexpr Index half = lanes / 2;
#pragma GCC unroll 4
  for (Index round = 1; round < lanes; round *= 2) {
    Lanes shuffled[lanes];
#pragma GCC unroll 16
    for (Index i = 0; i < half; ++i) {
      shuffled[2 * i] = interleave_low(rows[i], rows[i + half]);
      shuffled[2 * i + 1] = interleave_high(rows[i], rows[i + half]);
    }
#pragma GCC unroll 16
    for (Index i = 0; i < lanes; ++i) rows[i] = shuffled[i];
  }
}

/// to[c · to_stride + r] = from[r · from_stride + c], word by word.
static inline void transpose_words(const float* from, Index from_stride, Index rows, Index columns,
                                   float* to, Index to_stride) {
  const Index full_rows = rows - rows % lanes, full_columns = columns - columns % lanes;
  for (Index r = 0; r < full_rows; r += lanes) {
    for (Index c = 0; c < full_columns; c += lanes) {
      Lanes square[lanes];
#pragma GCC unroll 16
      for (Index i = 0; i < lanes; ++i) square[i] = load(from + (r + i) * from_stride + c);
      transpose_square(square);
#pragma GCC unroll 16
      for (Index i = 0; i < lanes; ++i) store(square[i], to + (c + i) * to_stride + r);
    }
  }
  for (Index r = 0; r < rows; ++r) {
    for (Index c = r < full_rows ? full_columns : 0; c < columns; ++c) {
      to[c * to_stride + r] = from[r * from_stride + c];
    }
  }
}
