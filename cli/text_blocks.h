// Texts in blocks: enough at once to fill the processor, few enough to keep memory small.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cli/text_source.h"
#include "integrad/base/error.h"

namespace integrad::cli {

struct TextBlock {
  std::vector<TextInput> texts;
  std::vector<std::string> places;  // where each stands, for messages
  Index first = 0;                  // number of the first text among all, from 0
};

class TextBlocks {
 public:
  /// Throws what open_texts throws.
  TextBlocks(const TextOptions& options, std::span<const std::string> arguments,
             const Interrupt* interrupt);

  /// The next texts; false at the end. Throws UsageError naming file and line for a malformed row
  /// or a text that is not UTF-8 (with replace_invalid it is repaired), or when there is no text.
  bool next(TextBlock& block);
  std::optional<double> fraction() const { return source_->fraction(); }

 private:
  std::unique_ptr<TextSource> source_;
  bool replace_invalid_;
  Index count_ = 0;
};

/// The error of the library with the place of the text in it instead of its number in the block.
NumericalError at_its_place(const NumericalError& error, const TextBlock& block);

}  // namespace integrad::cli
