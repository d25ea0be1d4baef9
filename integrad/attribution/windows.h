// Long texts in overlapping windows: which tokens the model reads at once, and how the windows'
// logits become the document's.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "integrad/base/matrix.h"
#include "integrad/text/encoding.h"

namespace integrad {

/// What happens to a text that is longer than the model can read.
enum class LongTexts {
  truncate,  // its end is not read
  windows,   // it is read in overlapping windows
};

/// The enumerator of "truncate" or "windows"; UsageError otherwise.
LongTexts parse_long_texts(std::string_view name);
std::string_view to_string(LongTexts long_texts);

/// Sizes in tokens, with Hugging Face's meaning of the words.
struct WindowSize {
  Index window = 0;             // special tokens (and the other text of a pair) included
  std::optional<Index> stride;  // tokens that a window shares with the next; none: a quarter
};

/// One window over an encoding.
struct Window {
  std::vector<Index> tokens;  // of the encoding, in order: special tokens, other text, its part
  Index first_token = 0, last_token = 0;  // its part of the text: tokens [first_token, last_token)
};

/// Windows over an encoding that was not truncated, those that transformers returns for
/// truncation, stride and return_overflowing_tokens; one window of all tokens where they fit. Of a
/// pair the longer text is cut into windows (the first of equals) and the other one is read in
/// each; it must not take more than half of the room, else its end is in no window. Throws
/// UsageError when the window has no room for the special tokens and one more, or the stride leaves
/// no step.
std::vector<Window> split_into_windows(const Encoding& encoding, const WindowSize& size);

/// The logits of a document: the mean of its windows' (windows × classes), in double. A softmax of
/// it is the normalised geometric mean of the windows' probabilities, and the log-odds between two
/// classes (for a sigmoid: of a label) are the mean of the windows'. One window: its very logits.
template <class T>
void mean_logits(ConstMatrixView<T> windows, std::span<double> mean) {
  const auto count = static_cast<double>(windows.rows);
  for (Index c = 0; c < windows.columns; ++c) {
    double sum = 0;
    for (Index w = 0; w < windows.rows; ++w) sum += static_cast<double>(windows(w, c));
    mean[static_cast<std::size_t>(c)] = sum / count;
  }
}

}  // namespace integrad
