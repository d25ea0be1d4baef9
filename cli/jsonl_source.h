// Texts in JSON Lines: on each line an object with a text in it, or a plain string.
#pragma once

#include <optional>
#include <string>

#include "cli/line_reader.h"
#include "cli/text_source.h"

namespace integrad::cli {

class JsonlSource final : public TextSource {
 public:
  /// `field` "": "text". `pair_field` "": "text_pair" of the objects that have it; otherwise every
  /// object must have the field (null: no second text). `label_field` "": labels are not read;
  /// otherwise a string, a number or a list of them.
  JsonlSource(InputStream input, std::string field, std::string pair_field, std::string label_field,
              bool replace_invalid);

  std::optional<PlacedText> next() override;
  std::optional<double> fraction() const override { return fraction_read(lines_); }

 private:
  PlacedText parse(const std::string& line) const;

  LineReader lines_;
  std::string field_;
  std::string pair_field_;
  std::string label_field_;
  bool replace_invalid_;
};

}  // namespace integrad::cli
