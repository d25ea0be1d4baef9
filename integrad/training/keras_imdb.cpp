#include "integrad/training/keras_imdb.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>

#include "integrad/base/error.h"

namespace integrad {
namespace {

/// NumPy's RandomState.shuffle of 0 … n − 1: Fisher-Yates from the end, numbers by rejection.
std::vector<std::size_t> shuffled(std::size_t n, std::mt19937& random) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = n; i-- > 1;) {
    std::size_t mask = i;
    for (const int shift : {1, 2, 4, 8, 16}) mask |= mask >> shift;
    std::size_t j = random() & mask;
    while (j > i) j = random() & mask;
    std::swap(order[i], order[j]);
  }
  return order;
}

/// One split of the file in the order that load_data gives it.
KerasReviews read_split(const NpzFile& file, const std::string& split, std::mt19937& random) {
  const auto sequences = file.sequences("x_" + split);
  const auto labels = file.integers("y_" + split);
  if (sequences.size() != labels.size()) {
    throw CheckpointError("imdb.npz: " + std::to_string(sequences.size()) + " texts, but " +
                          std::to_string(labels.size()) + " labels in split " + split);
  }
  KerasReviews reviews;
  for (const std::size_t i : shuffled(sequences.size(), random)) {
    reviews.ids.emplace_back(sequences[i].begin(), sequences[i].end());
    reviews.labels.push_back(labels[i]);
  }
  return reviews;
}

void shift(KerasReviews& reviews, const KerasImdbOptions& options) {
  for (auto& ids : reviews.ids) {
    for (auto& id : ids) id += options.index_from;
    if (options.start_char) ids.insert(ids.begin(), *options.start_char);
  }
}

void drop_long(KerasReviews& reviews, std::int64_t maxlen) {
  KerasReviews kept;
  for (std::size_t i = 0; i < reviews.ids.size(); ++i) {
    if (static_cast<std::int64_t>(reviews.ids[i].size()) >= maxlen) continue;
    kept.ids.push_back(std::move(reviews.ids[i]));
    kept.labels.push_back(reviews.labels[i]);
  }
  if (kept.ids.empty()) {
    throw UsageError("maxlen " + std::to_string(maxlen) + " leaves no text; take a larger one");
  }
  reviews = std::move(kept);
}

void limit_words(KerasReviews& reviews, const KerasImdbOptions& options, std::int64_t num_words) {
  for (auto& ids : reviews.ids) {
    const auto outside = [&](std::int64_t id) { return id < options.skip_top || id >= num_words; };
    if (options.oov_char) {
      std::replace_if(ids.begin(), ids.end(), outside, *options.oov_char);
    } else {
      std::erase_if(ids, outside);
    }
  }
}

std::int64_t largest_id(const KerasReviews& reviews) {
  std::int64_t largest = 0;
  for (const auto& ids : reviews.ids) {
    for (const std::int64_t id : ids) largest = std::max(largest, id);
  }
  return largest;
}

}  // namespace

KerasImdb load_keras_imdb(const NpzFile& file, const KerasImdbOptions& options) {
  std::mt19937 random(options.seed);
  KerasImdb data;
  data.train = read_split(file, "train", random);
  data.test = read_split(file, "test", random);
  for (KerasReviews* reviews : {&data.train, &data.test}) {
    shift(*reviews, options);
    if (options.maxlen) drop_long(*reviews, *options.maxlen);
  }
  // Without a limit it is the largest number, which then is outside itself: load_data does so.
  const std::int64_t num_words =
      options.num_words.value_or(std::max(largest_id(data.train), largest_id(data.test)));
  for (KerasReviews* reviews : {&data.train, &data.test}) limit_words(*reviews, options, num_words);
  return data;
}

KerasWords KerasWords::load(const std::filesystem::path& word_index, std::int64_t index_from) {
  constexpr std::int64_t most = 1 << 24;
  std::ifstream file(word_index, std::ios::binary);
  if (!file) throw UsageError("cannot read the word index " + word_index.string());
  const auto wrong = [&](const std::string& what) {
    return UsageError("word index " + word_index.string() + ": " + what +
                      "; expected an object {\"word\": rank, …}");
  };
  const auto json = nlohmann::json::parse(file, nullptr, false);
  if (!json.is_object()) throw wrong("no JSON object");
  KerasWords words;
  for (const auto& [word, rank] : json.items()) {
    if (!rank.is_number_integer()) throw wrong("the rank of \"" + word + "\" is no whole number");
    const std::int64_t id = rank.get<std::int64_t>() + index_from;
    if (id < 0 || id > most) throw wrong("rank out of range for \"" + word + "\"");
    if (id >= static_cast<std::int64_t>(words.words_.size())) {
      words.words_.resize(static_cast<std::size_t>(id) + 1);
    }
    words.words_[static_cast<std::size_t>(id)] = word;
  }
  for (std::int64_t id = 0; id < index_from && id < static_cast<std::int64_t>(words.words_.size());
       ++id) {
    words.words_[static_cast<std::size_t>(id)].clear();  // padding, start, out of vocabulary
  }
  return words;
}

std::string KerasWords::text(std::span<const std::int64_t> ids) const {
  std::string text;
  for (std::size_t i = 1; i < ids.size(); ++i) {  // the first one is the start
    if (i > 1) text += ' ';
    const bool known = ids[i] >= 0 && ids[i] < static_cast<std::int64_t>(words_.size()) &&
                       !words_[static_cast<std::size_t>(ids[i])].empty();
    text += known ? words_[static_cast<std::size_t>(ids[i])] : "[UNK]";
  }
  return text;
}

std::vector<LabelledText> read_keras_imdb(const std::filesystem::path& npz,
                                          const std::filesystem::path& word_index,
                                          const KerasImdbOptions& options, Split split) {
  const KerasWords words = KerasWords::load(word_index, options.index_from);
  KerasImdb data = load_keras_imdb(NpzFile::open(npz), options);
  const KerasReviews& reviews = split == Split::train ? data.train : data.test;
  std::vector<LabelledText> texts;
  for (std::size_t i = 0; i < reviews.ids.size(); ++i) {
    LabelledText& text = texts.emplace_back();
    text.input.text = words.text(reviews.ids[i]);
    text.label = {static_cast<double>(reviews.labels[i])};
    text.place = npz.filename().string() + (split == Split::train ? " train " : " test ") +
                 std::to_string(i);
  }
  return texts;
}

}  // namespace integrad
