// Shared by the tests of this folder: fixtures, and tokenizers made of a few lines.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "integrad/text/normalized_text.h"
#include "integrad/text/tokenizer.h"
#include "integrad/text/utf8.h"
#include "tests/base/temporary_folder.h"

namespace integrad {

inline std::filesystem::path tokenizer_fixture(const std::string& name) {
  return std::filesystem::path(INTEGRAD_FIXTURES) / "tokenizer" / name;
}

/// Loads a tokenizer from files that are given by name and content.
inline Tokenizer load_from(const std::vector<std::pair<std::string, std::string>>& files) {
  const TemporaryFolder folder;
  for (const auto& [name, content] : files) write_text(folder / name, content);
  return Tokenizer::load(folder.path());
}

inline std::string utf8(char32_t code) {
  std::string text;
  append_utf8(code, text);
  return text;
}

inline std::string repeat(std::string_view text, int times) {
  std::string result;
  for (int k = 0; k < times; ++k) result += text;
  return result;
}

/// The message of the exception of this kind that `call` throws; "" when it throws none.
template <class Exception, class Call>
std::string message_of(Call&& call) {
  try {
    call();
  } catch (const Exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace integrad
