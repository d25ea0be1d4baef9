// Whatever the bytes: no crash, and offsets that are in order, in range and between characters.
#include <gtest/gtest.h>

#include <random>

#include "tests/text/support.h"

namespace integrad {
namespace {

bool between_characters(const std::string& text, std::ptrdiff_t position) {
  const auto at = static_cast<std::size_t>(position);
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
}

void expect_sound(const Encoding& encoding, const std::string& text, const Tokenizer& tokenizer) {
  const std::size_t size = encoding.ids.size();
  ASSERT_EQ(encoding.offsets.size(), size);
  ASSERT_EQ(encoding.words.size(), size);
  ASSERT_EQ(encoding.tokens.size(), size);
  ByteRange previous;
  std::ptrdiff_t word = -1;
  for (std::size_t k = 0; k < size; ++k) {
    ASSERT_GE(encoding.ids[k], 0);
    ASSERT_LT(encoding.ids[k], tokenizer.vocabulary_size());
    ASSERT_EQ(tokenizer.id(encoding.tokens[k]), encoding.ids[k]);
    if (encoding.special[k] != 0) continue;
    const ByteRange range = encoding.offsets[k];
    ASSERT_LE(previous.start, range.start);
    ASSERT_LE(previous.end, range.end);
    ASSERT_LT(range.start, range.end);
    ASSERT_LE(range.end, static_cast<std::ptrdiff_t>(text.size()));
    ASSERT_TRUE(between_characters(text, range.start));
    ASSERT_TRUE(between_characters(text, range.end));
    ASSERT_TRUE(encoding.words[k] == word || encoding.words[k] == word + 1);
    word = encoding.words[k];
    previous = range;
  }
}

std::string random_bytes(std::mt19937& random) {
  std::string bytes(random() % 60, '\0');
  const bool mostly_high = random() % 2 == 0;
  for (char& byte : bytes) {
    byte = static_cast<char>(mostly_high && random() % 4 != 0 ? 0x80 + random() % 0x80
                                                              : random() % 256);
  }
  return bytes;
}

std::string random_text(std::mt19937& random) {
  const char32_t ends[] = {0x80, 0x250, 0x3000, 0x10000, 0x110000};
  const char32_t end = ends[random() % 5];
  std::string text;
  for (std::size_t left = random() % 40; left > 0; --left) {
    const char32_t code = random() % 5 == 0 ? U' ' : random() % end;
    if (code < 0xD800 || code >= 0xE000) append_utf8(code, text);
    if (random() % 12 == 0) text += random() % 2 == 0 ? "[SEP]" : "e\u0301\u0323";
  }
  return text;
}

class Properties : public testing::TestWithParam<const char*> {};

TEST_P(Properties, RandomBytesAreReplaced) {
  const Tokenizer tokenizer = Tokenizer::load(tokenizer_fixture(GetParam()));
  std::mt19937 random(1);
  for (int k = 0; k < 5000; ++k) {
    const std::string bytes = random_bytes(random);
    const std::string repaired = repair_utf8(bytes);
    ASSERT_FALSE(find_invalid_utf8(repaired));
    const Encoding encoding = tokenizer.encode(bytes, {std::nullopt, true});
    expect_sound(encoding, repaired, tokenizer);
    ASSERT_EQ(encoding.ids, tokenizer.encode(repaired).ids);
    std::ptrdiff_t position = 0;
    for (const ByteRange sentence : split_sentences(repaired)) {
      ASSERT_EQ(sentence.start, position);
      ASSERT_LT(sentence.start, sentence.end);
      position = sentence.end;
    }
    ASSERT_EQ(position, static_cast<std::ptrdiff_t>(repaired.size()));
  }
}

TEST_P(Properties, RandomTexts) {
  const Tokenizer tokenizer = Tokenizer::load(tokenizer_fixture(GetParam()));
  std::mt19937 random(2);
  for (int k = 0; k < 5000; ++k) {
    const std::string text = random_text(random);
    const Encoding whole = tokenizer.encode(text);
    expect_sound(whole, text, tokenizer);
    const auto longest = static_cast<std::ptrdiff_t>(2 + random() % 20);
    const Encoding cut = tokenizer.encode(text, {longest, false});
    ASSERT_EQ(cut.size(), std::min(whole.size(), longest));
    ASSERT_EQ(cut.size() + cut.truncated_tokens, whole.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Tokenizers, Properties,
                         testing::Values("bert-base-uncased", "small-uncased", "small-sequence"));

}  // namespace
}  // namespace integrad
