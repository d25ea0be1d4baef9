// Keras' IMDB: imdb.npz and imdb_word_index.json, as keras.datasets.imdb.load_data reads them.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "integrad/checkpoint/npz.h"
#include "integrad/training/example.h"

namespace integrad {

/// load_data's arguments, under its names.
struct KerasImdbOptions {
  std::optional<std::int64_t> num_words;
  std::int64_t skip_top = 0;
  std::optional<std::int64_t> maxlen;  // longer ones are dropped, and those of this length
  std::uint32_t seed = 113;
  std::optional<std::int64_t> start_char = 1;
  std::optional<std::int64_t> oov_char = 2;
  std::int64_t index_from = 3;
};

struct KerasReviews {
  std::vector<std::vector<std::int64_t>> ids;
  std::vector<std::int64_t> labels;
};

struct KerasImdb {
  KerasReviews train, test;
};

/// Reviews as lists of word numbers. Throws CheckpointError for damaged files, UsageError where
/// maxlen leaves nothing.
KerasImdb load_keras_imdb(const NpzFile& file, const KerasImdbOptions& options);

/// Words behind the start, with spaces between; [UNK] for what has no word.
class KerasWords {
 public:
  /// Throws UsageError when the file is missing or no object of numbers.
  static KerasWords load(const std::filesystem::path& word_index, std::int64_t index_from);
  std::string text(std::span<const std::int64_t> ids) const;

 private:
  std::vector<std::string> words_;  // by shifted number; "" has none
};

/// Both together: one split as texts, labels 0 and 1.
std::vector<LabelledText> read_keras_imdb(const std::filesystem::path& npz,
                                          const std::filesystem::path& word_index,
                                          const KerasImdbOptions& options, Split split);

}  // namespace integrad
