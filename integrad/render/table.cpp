#include "integrad/render/table.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "integrad/render/html_escape.h"

namespace integrad {

std::string fixed(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string text_table(const Rows& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string space(widths[c] - row[c].size(), ' ');
      text += c == 0 ? row[c] + space : "  " + space + row[c];
    }
    text += '\n';
  }
  return text;
}

std::string html_table(const Rows& rows, const std::string& caption) {
  std::string html = "<table class=\"metrics\"><caption>" + escape_html(caption) + "</caption>\n";
  for (std::size_t r = 0; r < rows.size(); ++r) {
    html += "<tr>";
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      const bool head = r == 0 || c == 0;
      html += std::string(head ? "<th>" : "<td>") + escape_html(rows[r][c]) +
              (head ? "</th>" : "</td>");
    }
    html += "</tr>\n";
  }
  return html + "</table>\n";
}

std::string table_style() {
  return "<style>.evaluation{display:flex;flex-wrap:wrap;gap:1.5rem 2.5rem;margin:1.5rem 0}"
         "table.metrics{border-collapse:collapse;font-variant-numeric:tabular-nums}"
         ".metrics caption,.metrics figcaption{text-align:left;font-weight:600;margin-bottom:.4rem}"
         "table.metrics th,table.metrics td{padding:.15rem .7rem .15rem 0;text-align:right;"
         "font-weight:400}table.metrics th:first-child{text-align:left}"
         "figure.metrics{margin:0}.metrics text{font-size:11px;fill:currentColor}</style>\n";
}

}  // namespace integrad
