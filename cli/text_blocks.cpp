#include "cli/text_blocks.h"

#include <charconv>

#include "cli/utf8_check.h"

namespace integrad::cli {
namespace {

constexpr std::size_t most_texts = 1024;
constexpr std::size_t most_bytes = std::size_t{1} << 18;

}  // namespace

TextBlocks::TextBlocks(const TextOptions& options, std::span<const std::string> arguments,
                       const Interrupt* interrupt)
    : source_(open_texts(options, arguments, interrupt)),
      replace_invalid_(options.replace_invalid) {}

bool TextBlocks::next(TextBlock& block) {
  block.texts.clear();
  block.places.clear();
  block.first = count_;
  std::size_t bytes = 0;
  while (block.texts.size() < most_texts && bytes < most_bytes) {
    std::optional<PlacedText> text = source_->next();
    if (!text) break;
    make_utf8(text->input.text, replace_invalid_, text->place);
    if (text->input.text_pair) make_utf8(*text->input.text_pair, replace_invalid_, text->place);
    bytes += text->input.text.size();
    block.texts.push_back(std::move(text->input));
    block.places.push_back(std::move(text->place));
    ++count_;
  }
  if (count_ == 0) throw UsageError("the input holds no text");
  return !block.texts.empty();
}

NumericalError at_its_place(const NumericalError& error, const TextBlock& block) {
  const std::string what = error.what();
  constexpr std::string_view prefix = "text ";
  std::size_t number = 0;
  if (!what.starts_with(prefix)) return error;
  const auto [end, fault] =
      std::from_chars(what.data() + prefix.size(), what.data() + what.size(), number);
  if (fault != std::errc{} || number < 1 || number > block.places.size()) return error;
  return NumericalError(block.places[number - 1] +
                        what.substr(static_cast<std::size_t>(end - what.data())));
}

}  // namespace integrad::cli
