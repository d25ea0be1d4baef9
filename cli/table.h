// Rows of CSV and TSV files by RFC 4180, one at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/line_reader.h"

namespace integrad::cli {

struct TableRow {
  std::vector<std::string> fields;
  Index line = 0;  // that it starts on
};

/// Quoted fields may hold delimiters, doubled quotes and line ends; spaces belong to fields; a
/// quote inside a field that does not start with one is a character like others. Empty lines are
/// passed over. A field that is not closed, or goes on behind its closing quote, is an error.
class TableReader {
 public:
  TableReader(InputStream input, char delimiter);
  TableReader(const TableReader&) = delete;
  TableReader& operator=(const TableReader&) = delete;
  ~TableReader();

  /// None at the end. Throws UsageError naming file and line.
  std::optional<TableRow> next();
  const LineReader& lines() const { return lines_; }

 private:
  struct Parser;  // libcsv's, with what its callbacks fill
  void feed(const std::string& line);

  LineReader lines_;
  std::unique_ptr<Parser> parser_;
  bool finished_ = false;
};

/// `text` as a field of a CSV file, quoted where RFC 4180 asks for it.
std::string csv_field(const std::string& text);

}  // namespace integrad::cli
