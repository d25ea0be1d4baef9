// Tables of numbers as plain text and as part of a page.
#pragma once

#include <string>
#include <vector>

namespace integrad {

/// Cells, row by row; the first row and column are heads.
using Rows = std::vector<std::vector<std::string>>;

/// With so many digits behind the point.
std::string fixed(double value, int digits = 4);

/// One line under another, columns as wide as their widest cell (in bytes); the first to the left.
std::string text_table(const Rows& rows);

/// Escaped; looks as `table_style` says.
std::string html_table(const Rows& rows, const std::string& caption);

/// The style sheet of these tables and of figures beside them, once a page: they stand in a
/// <section class="evaluation">.
std::string table_style();

}  // namespace integrad
