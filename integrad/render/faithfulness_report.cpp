#include "integrad/render/faithfulness_report.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "integrad/render/html_escape.h"
#include "integrad/render/table.h"
#include "integrad/render/visible_text.h"

namespace integrad {
namespace {

constexpr int digits = 3;

std::string interval_text(const Interval& interval) {
  if (std::isnan(interval.mean)) return "-";
  return fixed(interval.mean, digits) + " [" + fixed(interval.low, digits) + ", " +
         fixed(interval.high, digits) + "]";
}

Rows section_rows(const CandidateSummary& section, const std::string& first) {
  const bool compared = !section.over_first.empty();
  Rows rows{{"measure", "good", "scores", "random order", "better by"}};
  if (compared) rows[0].push_back("better than " + first + " by");
  for (std::size_t m = 0; m < section.measures.size(); ++m) {
    const MeasureSummary& s = section.measures[m];
    rows.push_back({std::string(to_string(s.measure)), large_is_good(s.measure) ? "large" : "small",
                    interval_text(s.scores), interval_text(s.control), interval_text(s.gain)});
    if (compared) rows.back().push_back(interval_text(section.over_first[m]));
  }
  return rows;
}

bool one_algorithm(std::span<const CandidateSummary> candidates) {
  return std::all_of(candidates.begin(), candidates.end(), [&](const CandidateSummary& other) {
    return other.algorithm == candidates.front().algorithm;
  });
}

/// "Baseline pad: 22.5 evaluations, 31 ms a text".
std::string caption(const FaithfulnessReport& report, std::size_t number) {
  const CandidateSummary& section = report.sections[number];
  return (one_algorithm(report.sections) ? "Baseline " : "") +
         candidate_names(report.sections)[number] + ": " + fixed(section.evaluations, 1) +
         " evaluations, " + fixed(1000 * section.seconds, 0) + " ms a text";
}

std::string heading(const FaithfulnessReport& report) {
  return std::to_string(report.texts) + (report.texts == 1 ? " text" : " texts") +
         "; means [95 % intervals over texts]";
}

constexpr std::array<const char*, 4> colours{"#0b7a75", "#d1752a", "#7a4fbf", "#3b6fb6"};

/// p over the share of tokens: the curve of every section, its random order dashed.
std::string curve_plot(const FaithfulnessReport& report, Measure measure,
                       const std::string& title) {
  constexpr double width = 300, height = 180, left = 34, top = 8;
  const auto x = [&](double share) { return fixed(left + width * share, 1); };
  const auto y = [&](double p) { return fixed(top + height * (1 - p), 1); };
  std::string paths;
  const auto path = [&](const std::vector<double>& curve, const std::string& style,
                        const std::string& name) {
    std::string d;
    for (std::size_t i = 0; i < curve.size(); ++i) {
      const double share = static_cast<double>(i) / static_cast<double>(curve.size() - 1);
      d += (i == 0 ? "M" : "L") + x(share) + " " + y(curve[i]);
    }
    paths += "<path d=\"" + d + "\" fill=\"none\" stroke-width=\"2\" " + style + "><title>" +
             escape_html(name) + "</title></path>\n";
  };
  const auto names = candidate_names(report.sections);
  for (std::size_t s = 0; s < report.sections.size(); ++s) {
    const CandidateSummary& section = report.sections[s];
    const std::string stroke = "stroke=\"" + std::string(colours[s % colours.size()]) + "\"";
    for (const MeasureSummary& summary : section.measures) {
      if (summary.measure != measure || summary.curve.empty()) continue;
      path(summary.control_curve, stroke + " stroke-dasharray=\"2 4\" stroke-opacity=\"0.7\"",
           names[s] + ", random order");
      path(summary.curve, stroke, names[s]);
    }
  }
  if (paths.empty()) return "";
  std::string svg = "<figure class=\"metrics\"><figcaption>" + title +
                    "</figcaption><svg viewBox=\"0 0 360 228\" width=\"432\" role=\"img\" "
                    "aria-label=\"" +
                    title + "\">\n<path d=\"M" + x(0) + " " + y(1) + "V" + y(0) + "H" + x(1) +
                    "\" fill=\"none\" stroke=\"currentColor\"/>\n" + paths;
  for (const double tick : {0.0, 0.5, 1.0}) {
    svg += "<text x=\"" + x(tick) + "\" y=\"" + fixed(top + height + 16, 1) +
           "\" text-anchor=\"middle\">" + fixed(100 * tick, 0) + " %</text><text x=\"" +
           fixed(left - 6, 1) + "\" y=\"" + y(tick) + "\" dy=\"4\" text-anchor=\"end\">" +
           fixed(tick, 1) + "</text>\n";
  }
  return svg + "<text x=\"" + x(0.5) + "\" y=\"" + fixed(top + height + 34, 1) +
         "\" text-anchor=\"middle\">share of the tokens, best first</text>\n</svg></figure>\n";
}

std::string legend(const FaithfulnessReport& report) {
  std::string html = "<p>";
  for (std::size_t s = 0; s < report.sections.size(); ++s) {
    html += "<span style=\"color:" + std::string(colours[s % colours.size()]) + "\">━ </span>" +
            (one_algorithm(report.sections) ? "baseline " : "") +
            escape_html(candidate_names(report.sections)[s]) + " ";
  }
  return html + "<span>┄ the same scores in random order</span></p>\n";
}

}  // namespace

std::vector<std::string> candidate_names(std::span<const CandidateSummary> candidates) {
  const bool algorithm = one_algorithm(candidates);
  const bool baseline = std::all_of(
      candidates.begin(), candidates.end(),
      [&](const CandidateSummary& other) { return other.baseline == candidates.front().baseline; });
  std::vector<std::string> names;
  for (const CandidateSummary& candidate : candidates) {
    const std::string of_baseline = visible_text(candidate.baseline, Lines::show);
    const std::string of_algorithm(to_string(candidate.algorithm));
    names.push_back(algorithm  ? of_baseline
                    : baseline ? of_algorithm
                               : of_algorithm + ", " + of_baseline);
  }
  return names;
}

std::string render_faithfulness_terminal(const FaithfulnessReport& report) {
  std::string text = heading(report) + "\n";
  for (std::size_t s = 0; s < report.sections.size(); ++s) {
    text += "\n" + caption(report, s) + "\n" +
            text_table(section_rows(report.sections[s], candidate_names(report.sections).front()));
  }
  return text;
}

std::string render_faithfulness_html(const FaithfulnessReport& report) {
  std::string html = table_style() + "<p>" + escape_html(heading(report)) +
                     "</p>\n<section class=\"evaluation\">\n";
  for (std::size_t s = 0; s < report.sections.size(); ++s) {
    html += html_table(section_rows(report.sections[s], candidate_names(report.sections).front()),
                       caption(report, s));
  }
  html += curve_plot(report, Measure::deletion, "Deletion: p while the best tokens are replaced");
  html += curve_plot(report, Measure::insertion, "Insertion: p while the best tokens come back");
  return html + "</section>\n" + legend(report);
}

}  // namespace integrad
