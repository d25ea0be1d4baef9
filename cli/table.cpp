#include "cli/table.h"

#include <csv.h>

#include <deque>
#include <new>

#include "integrad/base/error.h"

namespace integrad::cli {

struct TableReader::Parser {
  explicit Parser(char delimiter) {
    if (csv_init(&state, strict) != 0) throw std::bad_alloc();
    csv_set_delim(&state, static_cast<unsigned char>(delimiter));
    csv_set_space_func(&state, [](unsigned char) { return 0; });  // spaces belong to fields
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() { csv_free(&state); }

  static void field(void* text, std::size_t size, void* self) {
    auto& parser = *static_cast<Parser*>(self);
    if (parser.row.fields.empty()) parser.row.line = parser.field_line;
    parser.row.fields.emplace_back(static_cast<const char*>(text), size);
    parser.field_line = parser.line;
  }
  static void end_of_row(int, void* self) {
    auto& parser = *static_cast<Parser*>(self);
    parser.rows.push_back(std::move(parser.row));
    parser.row = {};
  }

  static constexpr unsigned char strict = CSV_STRICT | CSV_STRICT_FINI;
  csv_parser state{};
  TableRow row;  // being read
  std::deque<TableRow> rows;
  Index line = 0;        // being read
  Index field_line = 0;  // where the field being read starts
};

TableReader::TableReader(InputStream input, char delimiter)
    : lines_(std::move(input)), parser_(std::make_unique<Parser>(delimiter)) {}
TableReader::~TableReader() = default;

std::optional<TableRow> TableReader::next() {
  std::string line;
  while (parser_->rows.empty() && !finished_) {
    if (lines_.next(line)) {
      if (lines_.ended()) line += '\n';
      feed(line);
    } else {
      finished_ = true;
      if (csv_fini(&parser_->state, Parser::field, Parser::end_of_row, parser_.get()) != 0) {
        throw UsageError(lines_.place(parser_->field_line) +
                         ": a quoted field that starts here is not closed before the end of the "
                         "file");
      }
    }
  }
  if (parser_->rows.empty()) return {};
  TableRow row = std::move(parser_->rows.front());
  parser_->rows.pop_front();
  return row;
}

void TableReader::feed(const std::string& line) {
  csv_parser& state = parser_->state;
  parser_->line = lines_.number();
  // Between two fields nothing has been read: the next one starts on this line.
  const bool inside_field = state.entry_pos > 0 || state.quoted != 0;
  if (!inside_field) parser_->field_line = parser_->line;
  for (std::size_t at = 0; at < line.size();) {
    at += csv_parse(&state, line.data() + at, line.size() - at, Parser::field, Parser::end_of_row,
                    parser_.get());
    if (at == line.size()) return;
    if (csv_error(&state) != CSV_EPARSE) throw std::bad_alloc();
    if (state.quoted != 0) {
      throw UsageError(lines_.place(parser_->line) +
                       ": a quoted field goes on behind its closing quote; write a quote inside "
                       "a field twice");
    }
    // A quote inside a field that does not start with one: RFC 4180 forbids it, nobody minds.
    csv_set_opts(&state, CSV_STRICT_FINI);
    at += csv_parse(&state, line.data() + at, 1, Parser::field, Parser::end_of_row, parser_.get());
    csv_set_opts(&state, Parser::strict);
  }
}

std::string csv_field(const std::string& text) {
  const bool padded = text.starts_with(' ') || text.ends_with(' ');
  if (!padded && text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string field(2 * text.size() + 2, '\0');
  field.resize(csv_write(field.data(), field.size(), text.data(), text.size()));
  return field;
}

}  // namespace integrad::cli
