// Lines of a text file, counted.
#pragma once

#include <istream>
#include <optional>
#include <string>

#include "cli/input_stream.h"

namespace integrad::cli {

class LineReader {
 public:
  explicit LineReader(InputStream input) : input_(std::move(input)) {}

  /// The next line without its line feed (a carriage return stays); false at the end. A byte order
  /// mark at the start is dropped. Throws UsageError for a file in UTF-16 or a failed read.
  bool next(std::string& line);

  /// Number of the last line, from 1.
  Index number() const { return number_; }
  /// The last line ended with a line feed.
  bool ended() const { return ended_; }
  Index bytes_read() const { return bytes_read_; }
  Index bytes() const { return input_.bytes; }
  const std::string& name() const { return input_.name; }
  /// "reviews.txt:12".
  std::string place(Index line) const { return input_.name + ":" + std::to_string(line); }

 private:
  InputStream input_;
  Index number_ = 0;
  Index bytes_read_ = 0;
  bool ended_ = false;
};

/// How much of a file has been read, 0 to 1; none when its size is not known.
std::optional<double> fraction_read(const LineReader& lines);
/// Drops one carriage return at the end.
void drop_carriage_return(std::string& line);
/// Nothing but spaces and tabs.
bool is_blank(const std::string& line);

}  // namespace integrad::cli
