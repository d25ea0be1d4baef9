// Texts in a column of a CSV or TSV file.
#pragma once

#include <optional>
#include <string>

#include "cli/table.h"
#include "cli/text_source.h"

namespace integrad::cli {

/// Which columns are read: a name of the header or a number from 1.
struct TableColumns {
  std::string text;   // "": "text", or the only column when there is no header
  std::string pair;   // "": "text_pair" if the header has it
  std::string label;  // "": labels are not read
  bool header = true;
};

class TableSource final : public TextSource {
 public:
  TableSource(InputStream input, char delimiter, TableColumns columns);

  std::optional<PlacedText> next() override;
  std::optional<double> fraction() const override { return fraction_read(rows_.lines()); }

 private:
  void choose_columns(const TableRow& first);
  std::size_t find_column(const std::string& wanted, const TableRow& first) const;

  TableReader rows_;
  TableColumns columns_;
  std::size_t width_ = 0;  // fields a row; 0: the first row has not been read
  std::size_t text_ = 0;
  std::optional<std::size_t> pair_, label_;
};

}  // namespace integrad::cli
