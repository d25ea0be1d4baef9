// Texts in JSON Lines: on each line an object with a text in it, or a plain string.
#pragma once

#include <optional>
#include <string>

#include "cli/line_reader.h"
#include "cli/text_source.h"

namespace integrad::cli {

/// Which fields of an object are read.
struct JsonlFields {
  std::string text;   // "": "text"
  std::string pair;   // "": "text_pair" of the objects that have it; else all must (null: none)
  std::string label;  // "": not read; else a string, a number or a list of them
  std::optional<std::string> rationale;  // none: not read; "": "rationale" of those that have it
};

class JsonlSource final : public TextSource {
 public:
  JsonlSource(InputStream input, JsonlFields fields, bool replace_invalid);

  std::optional<PlacedText> next() override;
  std::optional<double> fraction() const override { return fraction_read(lines_); }

 private:
  PlacedText parse(const std::string& line) const;

  LineReader lines_;
  JsonlFields fields_;
  bool replace_invalid_;
};

}  // namespace integrad::cli
