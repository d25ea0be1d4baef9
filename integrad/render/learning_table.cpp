// watched_table_html of learning.h.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "integrad/render/html_escape.h"
#include "integrad/render/layout.h"
#include "integrad/render/learning.h"
#include "integrad/render/wording.h"

namespace integrad {
namespace {

constexpr std::size_t most_columns = 24;

/// Columns that are shown: all, or so many spread evenly.
std::vector<const WatchedStep*> columns_of(std::span<const WatchedStep> steps) {
  std::vector<const WatchedStep*> columns;
  const std::size_t count = std::min(steps.size(), most_columns);
  for (std::size_t i = 0; i < count; ++i) {
    columns.push_back(&steps[count == 1 ? 0 : i * (steps.size() - 1) / (count - 1)]);
  }
  return columns;
}

double scale_of(const std::vector<const WatchedStep*>& columns) {
  double scale = 0;
  for (const WatchedStep* column : columns) {
    scale = std::max(scale, attribution_scale(column->explanation, Granularity::word));
  }
  return scale;
}

std::string cell(double attribution, double scale) {
  const double strength = colour_strength(attribution, scale);
  const long level = std::lround(strength * colour_levels);
  std::string css_class = "w";
  if (level != 0) css_class += (level < 0 ? " n" : " p") + std::to_string(std::labs(level));
  return "<td class=\"" + css_class + "\">" + signed_number_text(attribution) + "</td>";
}

}  // namespace

std::string watched_table_style() {
  return "<style>.watched{margin:0 0 1.25rem;padding:1.4rem 2rem;background:var(--card);"
         "border:1px solid var(--line);border-radius:12px;overflow-x:auto}"
         ".watched h2{margin:0 0 .8rem}.watched table{border-collapse:separate;border-spacing:2px;"
         "font-size:.8125rem}.watched th{font-weight:500;text-align:right;padding:.1rem .5rem;"
         "color:var(--soft);white-space:nowrap}.watched tbody th{text-align:left;color:var(--ink);"
         "position:sticky;left:0;background:var(--card);max-width:14rem;overflow:hidden;"
         "text-overflow:ellipsis}.watched td{display:table-cell;margin:0;padding:.15rem .5rem;"
         "text-align:right;border-radius:3px}</style>\n";
}

std::string watched_table_html(std::span<const WatchedStep> steps, const ModelCard& model) {
  if (steps.empty()) return "";
  const auto columns = columns_of(steps);
  const double scale = scale_of(columns);
  const Explanation& last = columns.back()->explanation;
  std::string heads = "<tr><th scope=\"row\">steps</th>",
              values = "<tr><th scope=\"row\">" +
                       escape_html(class_label(last, model, last.target_id)) + "</th>";
  for (const WatchedStep* column : columns) {
    heads += "<th scope=\"col\">" + std::to_string(column->step) + "</th>";
    values += "<th>" + probability_text(column->explanation, last.target_id) + "</th>";
  }
  std::string out = "<section class=\"watched\"><h2>" + escape_html(last.text) +
                    "</h2>\n<table><thead>" + heads + "</tr>\n" + values +
                    "</tr></thead>\n<tbody>\n";
  for (std::size_t word = 0; word < last.words.size(); ++word) {
    if (last.words[word].special) continue;
    out += "<tr><th scope=\"row\">" + escape_html(last.words[word].text) + "</th>";
    for (const WatchedStep* column : columns) {
      const auto& words = column->explanation.words;
      out += word < words.size() ? cell(words[word].attribution, scale) : "<td></td>";
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></section>\n";
}

}  // namespace integrad
