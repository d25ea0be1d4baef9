#include "cli/explanation_writer.h"

#include <string>

#include "integrad/render/csv.h"
#include "integrad/render/html.h"
#include "integrad/render/json.h"

namespace integrad::cli {
namespace {

// How render_json opens and closes its list. A raw line feed cannot be part of a JSON string.
constexpr std::string_view list_opening = "\n \"explanations\": [";
constexpr std::string_view list_closing = "\n ]\n}\n";

}  // namespace

ExplanationWriter::ExplanationWriter(Format format, Look look, ModelCard model,
                                     ExplanationSettings settings, Output& output)
    : format_(format),
      look_(look),
      document_{std::move(model), std::move(settings), {}},
      output_(output) {}

void ExplanationWriter::begin() {
  if (begun_) return;
  begun_ = true;
  if (format_ == Format::csv) output_.write(csv_header());
  if (format_ == Format::jsonl) {
    output_.write(render_jsonl_header(document_.model, document_.settings));
  }
  if (format_ == Format::html) {
    HtmlOptions options;
    options.granularity = look_.granularity;
    options.palette = look_.palette;
    output_.write(html_head(document_.model, document_.settings, options));
  }
}

void ExplanationWriter::write(const Explanation& explanation) {
  begin();
  switch (format_) {
    case Format::terminal: {
      TerminalOptions options;
      options.colours = look_.colours;
      options.granularity = look_.granularity;
      options.palette = look_.palette;
      options.labels = document_.model.labels;
      output_.write((count_ > 0 ? "\n" : "") + render_terminal(explanation, options));
      break;
    }
    case Format::html:
      output_.write(html_card(explanation, document_.model, count_ + 1));
      break;
    case Format::json:
      write_json(explanation);
      break;
    case Format::jsonl:
      output_.write(render_jsonl(explanation));
      break;
    case Format::csv:
      output_.write(csv_rows(explanation, count_));
      break;
  }
  ++count_;
}

/// A document of one explanation, cut where the next one goes in.
void ExplanationWriter::write_json(const Explanation& explanation) {
  document_.explanations.push_back(explanation);
  const std::string json = render_json(document_);
  document_.explanations.clear();
  const std::size_t body = json.find(list_opening) + list_opening.size();
  const std::size_t end = json.size() - list_closing.size();
  const std::size_t start = count_ == 0 ? 0 : body;
  output_.write((count_ == 0 ? "" : ",") + json.substr(start, end - start));
}

void ExplanationWriter::finish() {
  begin();
  if (format_ == Format::html) output_.write(html_foot());
  if (format_ == Format::json) {
    output_.write(count_ > 0 ? std::string(list_closing) : render_json(document_));
  }
}

}  // namespace integrad::cli
