#include "cli/text_source.h"

#include <array>
#include <filesystem>

#include "cli/jsonl_source.h"
#include "cli/line_reader.h"
#include "cli/table_source.h"
#include "integrad/base/error.h"

namespace integrad::cli {
namespace {

class ArgumentSource final : public TextSource {
 public:
  ArgumentSource(std::span<const std::string> texts, std::optional<std::string> pair)
      : texts_(texts), pair_(std::move(pair)) {}

  std::optional<PlacedText> next() override {
    if (at_ == texts_.size()) return {};
    PlacedText text;
    text.input.text = texts_[at_++];
    text.input.text_pair = pair_;
    text.place = "text " + std::to_string(at_);
    return text;
  }
  std::optional<double> fraction() const override {
    return static_cast<double>(at_) / static_cast<double>(texts_.size());
  }

 private:
  std::span<const std::string> texts_;
  std::optional<std::string> pair_;
  std::size_t at_ = 0;
};

/// A text a line; blank lines are passed over.
class LineSource final : public TextSource {
 public:
  explicit LineSource(InputStream input) : lines_(std::move(input)) {}

  std::optional<PlacedText> next() override {
    PlacedText text;
    std::string& line = text.input.text;
    while (lines_.next(line)) {
      if (is_blank(line)) continue;
      drop_carriage_return(line);
      text.place = lines_.place(lines_.number());
      return text;
    }
    return {};
  }
  std::optional<double> fraction() const override { return fraction_read(lines_); }

 private:
  LineReader lines_;
};

std::string format_of(const TextOptions& options) {
  constexpr std::array<std::string_view, 4> formats{"txt", "jsonl", "csv", "tsv"};
  for (const std::string_view format : formats) {
    if (options.input_format == format) return options.input_format;
  }
  if (!options.input_format.empty()) {
    throw UsageError("unknown --input-format \"" + options.input_format +
                     "\"; choose one of txt, jsonl, csv, tsv");
  }
  const std::string ending = std::filesystem::path(options.input).extension().string();
  if (ending.empty() || ending == "." || ending == ".text") return "txt";
  if (ending == ".ndjson") return "jsonl";
  for (const std::string_view format : formats) {
    if (ending == "." + std::string(format)) return std::string(format);
  }
  throw UsageError("cannot tell the format of " + options.input +
                   " by its ending; say --input-format txt, jsonl, csv or tsv");
}

void check_options(const TextOptions& options, const std::string& format) {
  const bool table = format == "csv" || format == "tsv";
  if (!table && options.no_header) {
    throw UsageError("--no-header is for csv and tsv, the input is " + format);
  }
  if (format != "jsonl" && !options.rationale_column.value_or("").empty()) {
    throw UsageError("--rationale-column is for jsonl, the input is " + format);
  }
  if (format == "txt" && !(options.column.empty() && options.text_pair_column.empty())) {
    throw UsageError(
        "--column and --text-pair-column are for jsonl, csv and tsv, the input is txt");
  }
}

}  // namespace

std::unique_ptr<TextSource> make_source(InputStream input, const std::string& format,
                                        const TextOptions& options) {
  if (format == "jsonl") {
    return std::make_unique<JsonlSource>(
        std::move(input),
        JsonlFields{options.column, options.text_pair_column, options.label_column,
                    options.rationale_column},
        options.replace_invalid);
  }
  if (format == "csv" || format == "tsv") {
    return std::make_unique<TableSource>(std::move(input), format == "csv" ? ',' : '\t',
                                         TableColumns{options.column, options.text_pair_column,
                                                      options.label_column, !options.no_header});
  }
  return std::make_unique<LineSource>(std::move(input));
}

std::unique_ptr<TextSource> open_texts(const TextOptions& options,
                                       std::span<const std::string> arguments,
                                       const Interrupt* interrupt) {
  const bool standard_input = arguments.size() == 1 && arguments[0] == "-";
  if (!options.input.empty() && !arguments.empty()) {
    throw UsageError("texts are given as arguments and with --input; choose one of the two");
  }
  TextOptions chosen = options;
  if (standard_input) chosen.input = "-";
  if (!chosen.input.empty()) {
    if (options.text_pair) {
      throw UsageError(
          "--text-pair belongs to one text argument; for pairs in a file use "
          "--text-pair-column");
    }
    const std::string format = format_of(chosen);
    check_options(chosen, format);
    return make_source(open_input(chosen.input, interrupt), format, chosen);
  }
  if (arguments.empty()) {
    throw UsageError("no text: give texts as arguments, - for standard input, or --input FILE");
  }
  if (!(options.input_format.empty() && options.column.empty() &&
        options.text_pair_column.empty() && !options.no_header)) {
    throw UsageError(
        "--input-format, --column, --text-pair-column and --no-header are for --input "
        "and standard input, not for text arguments");
  }
  if (options.text_pair && arguments.size() > 1) {
    throw UsageError("--text-pair belongs to one text argument, found " +
                     std::to_string(arguments.size()));
  }
  return std::make_unique<ArgumentSource>(arguments, options.text_pair);
}

}  // namespace integrad::cli
