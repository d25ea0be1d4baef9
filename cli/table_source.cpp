#include "cli/table_source.h"

#include <algorithm>
#include <charconv>

#include "integrad/base/error.h"
#include "integrad/render/visible_text.h"

namespace integrad::cli {
namespace {

/// A number from 1 to `most`; none for anything else.
std::optional<std::size_t> column_number(const std::string& text, std::size_t most) {
  std::size_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = fault == std::errc{} && end == text.data() + text.size();
  if (!whole || number < 1 || number > most) return {};
  return number;
}

}  // namespace

TableSource::TableSource(InputStream input, char delimiter, TableColumns columns)
    : rows_(std::move(input), delimiter), columns_(std::move(columns)) {}

std::optional<PlacedText> TableSource::next() {
  std::optional<TableRow> row = rows_.next();
  if (row && width_ == 0) {
    choose_columns(*row);
    if (columns_.header) row = rows_.next();
  }
  if (!row) return {};
  const std::string place = rows_.lines().place(row->line);
  if (row->fields.size() != width_) {
    throw UsageError(place + ": found " + std::to_string(row->fields.size()) +
                     (row->fields.size() == 1 ? " field" : " fields") + ", expected " +
                     std::to_string(width_) + " as in the first row");
  }
  PlacedText text;
  text.place = place;
  if (label_) text.labels = {row->fields[*label_]};
  text.input.text = std::move(row->fields[text_]);
  if (!pair_) return text;
  std::string& pair = *pair_ == text_ ? text.input.text : row->fields[*pair_];
  if (!pair.empty()) text.input.text_pair = pair;  // a table has no other way to say "none"
  return text;
}

void TableSource::choose_columns(const TableRow& first) {
  width_ = first.fields.size();
  std::string wanted = columns_.text;
  if (wanted.empty()) wanted = columns_.header ? "text" : width_ == 1 ? "1" : "";
  text_ = find_column(wanted, first);
  if (!columns_.label.empty()) label_ = find_column(columns_.label, first);
  if (!columns_.pair.empty()) {
    pair_ = find_column(columns_.pair, first);
  } else if (columns_.header) {
    const auto found = std::find(first.fields.begin(), first.fields.end(), "text_pair");
    if (found != first.fields.end()) pair_ = static_cast<std::size_t>(found - first.fields.begin());
  }
}

std::size_t TableSource::find_column(const std::string& wanted, const TableRow& first) const {
  if (columns_.header) {
    for (std::size_t c = 0; c < width_; ++c) {
      if (first.fields[c] == wanted) return c;
    }
  }
  if (const auto number = column_number(wanted, width_)) return *number - 1;
  const std::string place = rows_.lines().place(first.line) + ": ";
  if (!columns_.header) {
    throw UsageError(place + (wanted.empty() ? "which column holds the texts? " : "") +
                     "without a header --column is a number from 1 to " + std::to_string(width_));
  }
  std::string names;
  for (const std::string& name : first.fields) names += (names.empty() ? "" : ", ") + name;
  throw UsageError(place + "no column \"" + wanted + "\"; the header has " + start_of(names, 200) +
                   "; choose one with --column (name or number), or say --no-header");
}

}  // namespace integrad::cli
