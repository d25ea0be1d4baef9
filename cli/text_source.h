// Where texts come from: arguments, standard input, or a file of lines, JSON Lines, CSV or TSV.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/input_stream.h"
#include "integrad/attribution/explainer.h"
#include "integrad/faithfulness/rationale.h"

namespace integrad::cli {

/// What the user says about texts.
struct TextOptions {
  std::string input;             // file, or "-"
  std::string input_format;      // txt, jsonl, csv, tsv; "": by the ending of the file
  std::string column;            // name or number; "": "text"
  std::string text_pair_column;  // "": "text_pair" if it is there
  std::string label_column;      // "": labels are not read
  std::optional<std::string> rationale_column;  // of jsonl; none: not read; "": "rationale"
  bool no_header = false;                       // the first row of a table is a text already
  std::optional<std::string> text_pair;         // belongs to the one text argument
  bool replace_invalid = false;                 // repair what is not UTF-8
};

/// A text and where it stands: "reviews.csv:12", "text 2".
struct PlacedText {
  TextInput input;
  std::string place;
  std::vector<std::string> labels;  // as they are written, where they were asked for
  Rationale rationale;              // likewise; empty where nothing is marked
};

/// Texts one after another, read as they are asked for.
class TextSource {
 public:
  virtual ~TextSource() = default;
  /// None at the end. Throws UsageError that names file and line.
  virtual std::optional<PlacedText> next() = 0;
  /// How much of all texts has been read, 0 to 1; none when unknown.
  virtual std::optional<double> fraction() const = 0;
};

/// The source that options and text arguments name. Throws UsageError when there is none, or more
/// than one.
std::unique_ptr<TextSource> open_texts(const TextOptions& options,
                                       std::span<const std::string> arguments,
                                       const Interrupt* interrupt);

/// A stream in one of the formats "txt", "jsonl", "csv", "tsv".
std::unique_ptr<TextSource> make_source(InputStream input, const std::string& format,
                                        const TextOptions& options);

}  // namespace integrad::cli
