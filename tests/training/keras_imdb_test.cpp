// A genuine piece of Keras' data set and what keras.datasets.imdb.load_data makes of it.
#include "integrad/training/keras_imdb.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "integrad/base/error.h"
#include "tests/base/temporary_folder.h"

namespace integrad {
namespace {

using nlohmann::json;

const std::filesystem::path folder = std::filesystem::path(INTEGRAD_FIXTURES) / "keras_imdb";

KerasImdbOptions options_of(const json& arguments) {
  KerasImdbOptions options;
  const auto number = [&](const char* name, auto& option) {
    if (!arguments.contains(name)) return;
    if constexpr (requires { option.reset(); }) {
      option.reset();
      if (!arguments[name].is_null()) option = arguments[name].get<std::int64_t>();
    } else {
      option = arguments[name].get<std::remove_reference_t<decltype(option)>>();
    }
  };
  number("num_words", options.num_words);
  number("skip_top", options.skip_top);
  number("maxlen", options.maxlen);
  number("seed", options.seed);
  number("start_char", options.start_char);
  number("oov_char", options.oov_char);
  number("index_from", options.index_from);
  return options;
}

std::int64_t sum(const KerasReviews& reviews) {
  std::int64_t total = 0;
  for (const auto& ids : reviews.ids) total = std::accumulate(ids.begin(), ids.end(), total);
  return total;
}

template <class T>
std::vector<T> first(const std::vector<T>& all, std::size_t count) {
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
}

TEST(KerasImdb, AsKerasLoadsIt) {
  const NpzFile file = NpzFile::open(folder / "imdb.npz");
  for (const json& expected : json::parse(std::ifstream(folder / "expected.json"))) {
    SCOPED_TRACE(expected["arguments"].dump());
    const KerasImdbOptions options = options_of(expected["arguments"]);
    const KerasImdb data = load_keras_imdb(file, options);
    ASSERT_EQ(data.train.ids.size(), expected["n_train"].get<std::size_t>());
    ASSERT_EQ(data.test.ids.size(), expected["n_test"].get<std::size_t>());
    EXPECT_EQ(sum(data.train), expected["sum_train"].get<std::int64_t>());
    EXPECT_EQ(sum(data.test), expected["sum_test"].get<std::int64_t>());
    EXPECT_EQ(json(first(data.train.ids, 4)), expected["x_train_first"]);
    EXPECT_EQ(json(first(data.test.ids, 4)), expected["x_test_first"]);
    EXPECT_EQ(json(first(data.train.labels, 4)), expected["y_train_first"]);
    EXPECT_EQ(json(first(data.test.labels, 4)), expected["y_test_first"]);
    const json& decoded = expected["decoded_as_the_example_does"];
    if (decoded.is_null()) continue;
    const KerasWords words = KerasWords::load(folder / "imdb_word_index.json", options.index_from);
    for (std::size_t i = 0; i < decoded.size(); ++i) {
      EXPECT_EQ(words.text(data.test.ids[i]), decoded[i].get<std::string>());
    }
  }
}

TEST(KerasImdb, AsTexts) {
  KerasImdbOptions options;
  options.num_words = 10000;
  const auto texts =
      read_keras_imdb(folder / "imdb.npz", folder / "imdb_word_index.json", options, Split::test);
  ASSERT_EQ(texts.size(), 300U);
  EXPECT_EQ(texts[0].label, Label{1});
  EXPECT_FALSE(texts[0].input.text.empty());
}

TEST(KerasImdb, NothingLeft) {
  KerasImdbOptions options;
  options.maxlen = 2;
  EXPECT_THROW(load_keras_imdb(NpzFile::open(folder / "imdb.npz"), options), UsageError);
}

TEST(KerasImdb, WordIndexThatIsNone) {
  const TemporaryFolder temporary;
  for (const char* content : {"", "[1]", "{\"a\": \"b\"}", "{\"a\": -9}"}) {
    const auto file = temporary.path() / "index.json";
    std::ofstream(file) << content;
    EXPECT_THROW(KerasWords::load(file, 3), UsageError) << content;
  }
  EXPECT_THROW(KerasWords::load(temporary.path() / "absent.json", 3), UsageError);
}

}  // namespace
}  // namespace integrad
