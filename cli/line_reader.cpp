#include "cli/line_reader.h"

#include "integrad/base/error.h"

namespace integrad::cli {

bool LineReader::next(std::string& line) {
  line.clear();
  if (!std::getline(*input_.stream, line)) {
    if (input_.stream->bad()) throw UsageError("cannot read " + input_.name);
    return false;
  }
  ended_ = !input_.stream->eof();
  bytes_read_ += static_cast<Index>(line.size()) + (ended_ ? 1 : 0);
  if (++number_ == 1) {
    if (line.starts_with("\xFF\xFE") || line.starts_with("\xFE\xFF")) {
      throw UsageError(input_.name + " is in UTF-16; save it as UTF-8");
    }
    if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
  }
  return true;
}

std::optional<double> fraction_read(const LineReader& lines) {
  if (lines.bytes() == 0) return {};
  return static_cast<double>(lines.bytes_read()) / static_cast<double>(lines.bytes());
}

void drop_carriage_return(std::string& line) {
  if (line.ends_with('\r')) line.pop_back();
}

bool is_blank(const std::string& line) {
  return line.find_first_not_of(" \t\r") == std::string::npos;
}

}  // namespace integrad::cli
