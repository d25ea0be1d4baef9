#include "integrad/render/comparison.h"

#include <algorithm>
#include <cmath>

#include "integrad/render/html.h"
#include "integrad/render/table.h"
#include "integrad/render/wording.h"

namespace integrad {
namespace {

std::string cell(const Interval& interval) {
  return std::isnan(interval.mean) ? "-" : fixed(interval.mean, 3);
}

Rows rows_of(const FaithfulnessReport& report) {
  const auto names = candidate_names(report.sections);
  Rows rows{{"", "evaluations", "ms"}, {"good is", "", ""}};
  const CandidateSummary& first = report.sections.front();
  for (const MeasureSummary& summary : first.measures) {
    rows[0].emplace_back(to_string(summary.measure));
    rows[1].emplace_back(large_is_good(summary.measure) ? "large" : "small");
  }
  for (std::size_t c = 0; c < names.size(); ++c) {
    const CandidateSummary& candidate = report.sections[c];
    rows.push_back({names[c], fixed(candidate.evaluations, 0), fixed(1000 * candidate.seconds, 1)});
    for (const MeasureSummary& summary : candidate.measures) {
      rows.back().push_back(cell(summary.scores));
    }
  }
  rows.push_back({"random order", "", ""});
  for (const MeasureSummary& summary : first.measures) rows.back().push_back(cell(summary.control));
  return rows;
}

std::string caption(const FaithfulnessReport& report) {
  return "Cost and faithfulness: a text, means of " + std::to_string(report.texts) +
         (report.texts == 1 ? " text" : " texts");
}

}  // namespace

std::string render_side_by_side(std::span<const Explanation> explanations,
                                std::span<const std::string> names,
                                const TerminalOptions& options) {
  std::size_t width = 0;
  for (const std::string& name : names) width = std::max(width, name.size());
  const Explanation& first = explanations.front();
  const bool plain = options.colours == ColourDepth::none;
  std::string out = terminal_heading(first, options);
  if (plain) out += render_terminal_text(first, options);
  for (std::size_t i = 0; i < explanations.size(); ++i) {
    out += names[i] + std::string(width - names[i].size() + 2, ' ') +
           (plain ? strongest_line(explanations[i], options)
                  : render_terminal_text(explanations[i], options));
  }
  return out;
}

std::string render_comparison_terminal(const Comparison& comparison,
                                       const TerminalOptions& options) {
  const auto names = candidate_names(comparison.report.sections);
  std::string out;
  for (const std::vector<Explanation>& of_text : comparison.texts) {
    out += render_side_by_side(of_text, names, options) + "\n";
  }
  return out + caption(comparison.report) + "\n" + text_table(rows_of(comparison.report));
}

std::string render_comparison_html(const Comparison& comparison, const ModelCard& model) {
  const auto names = candidate_names(comparison.report.sections);
  std::string html = table_style() + "<section class=\"evaluation\">\n" +
                     html_table(rows_of(comparison.report), caption(comparison.report)) +
                     "</section>\n";
  for (std::size_t i = 0; i < comparison.texts.size(); ++i) {
    html += html_comparison_card(comparison.texts[i], names, model, static_cast<Index>(i) + 1);
  }
  return html;
}

}  // namespace integrad
