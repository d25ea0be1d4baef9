// Words of two bfloat16 numbers: rows and panels made from floats. Included after lanes.h by files
// compiled for AVX512_BF16, as internal as it is; `word_unit` is ProductKernels::inner_words.

inline constexpr Index panel_columns = 64;

inline constexpr Index words_of(Index inner) {
  return ((inner + 1) / 2 + word_unit - 1) / word_unit * word_unit;
}

/// Sixteen numbers of one row and sixteen of the next as words: (low, high).
static inline Lanes pair(Lanes low, Lanes high) {
  using Halves [[gnu::vector_size(2 * lanes)]] = unsigned short;
  const auto narrow_low = (Halves)_mm512_cvtneps_pbh((__m512)low);
  const auto narrow_high = (Halves)_mm512_cvtneps_pbh((__m512)high);
  return (Lanes)(__builtin_convertvector(narrow_low, LaneWords) |
                 __builtin_convertvector(narrow_high, LaneWords) << 16);
}

static inline __mmask16 first(Index count) {
  return static_cast<__mmask16>(count >= 16 ? 0xFFFF : count <= 0 ? 0 : (1u << count) - 1);
}

/// Two neighbours of a row share a word; an odd end is paired with zero.
static inline void convert_row(const float* from, Index inner, float* words) {
  const Index count = words_of(inner);
  for (Index w = 0; w < count; w += 8) {
    const Index numbers = inner - 2 * w;
    const auto narrow = (__m256i)_mm512_cvtneps_pbh(
        numbers > 0 ? _mm512_maskz_loadu_ps(first(numbers), from + 2 * w) : _mm512_setzero_ps());
    _mm256_mask_storeu_epi32(words + w, static_cast<__mmask8>(first(count - w)), narrow);
  }
}

static inline void pack_rows(const float* from, Index stride, Index inner, Index n, float* panel) {
  const auto row = [&](Index k, Index j) {
    return k < inner && j < n ? (Lanes)_mm512_maskz_loadu_ps(first(n - j), from + k * stride + j)
                              : Lanes{};
  };
  for (Index w = 0; w < words_of(inner); ++w) {
    for (Index j = 0; j < panel_columns; j += lanes) {
      store(pair(row(2 * w, j), row(2 * w + 1, j)), panel + w * panel_columns + j);
    }
  }
}

/// Sixteen columns at a time are converted as rows and then transposed.
static inline void pack_columns(const float* from, Index stride, Index inner, Index n,
                                float* panel) {
  constexpr Index strip = 64;  // words
  alignas(64) float words[lanes][strip];
  for (Index j = 0; j < panel_columns; j += lanes) {
    for (Index k = 0; k < inner; k += 2 * strip) {
      const Index numbers = inner - k < 2 * strip ? inner - k : 2 * strip;
      for (Index i = 0; i < lanes; ++i) {
        if (j + i < n) {
          convert_row(from + (j + i) * stride + k, numbers, words[i]);
        } else {
          for (Index w = 0; w < strip; ++w) words[i][w] = 0.0f;
        }
      }
      transpose_words(words[0], strip, lanes, words_of(numbers),
                      panel + (k / 2) * panel_columns + j, panel_columns);
    }
  }
}

static inline void pack_pairs(const float* from, Index stride, bool transposed, Index inner,
                              Index n, float* panel) {
  transposed ? pack_columns(from, stride, inner, n, panel)
             : pack_rows(from, stride, inner, n, panel);
}
