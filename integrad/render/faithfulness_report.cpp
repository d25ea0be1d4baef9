#include "integrad/render/faithfulness_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

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

Rows section_rows(const BaselineSummary& section, const std::string& first) {
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

std::string caption(const BaselineSummary& section) {
  return "Baseline " + visible_text(section.baseline, Lines::show);
}

std::string heading(const FaithfulnessReport& report) {
  return std::to_string(report.texts) + (report.texts == 1 ? " text" : " texts") +
         "; means [95 % intervals over texts]";
}

nlohmann::ordered_json json_of(const Interval& interval) {
  return {{"mean", interval.mean},
          {"low", interval.low},
          {"high", interval.high},
          {"texts", interval.texts}};
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
  for (std::size_t s = 0; s < report.sections.size(); ++s) {
    const BaselineSummary& section = report.sections[s];
    const std::string stroke = "stroke=\"" + std::string(colours[s % colours.size()]) + "\"";
    for (const MeasureSummary& summary : section.measures) {
      if (summary.measure != measure || summary.curve.empty()) continue;
      path(summary.control_curve, stroke + " stroke-dasharray=\"2 4\" stroke-opacity=\"0.7\"",
           section.baseline + ", random order");
      path(summary.curve, stroke, section.baseline);
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
    html += "<span style=\"color:" + std::string(colours[s % colours.size()]) +
            "\">━ </span>baseline " + escape_html(report.sections[s].baseline) + " ";
  }
  return html + "<span>┄ the same scores in random order</span></p>\n";
}

}  // namespace

std::string render_faithfulness_terminal(const FaithfulnessReport& report) {
  std::string text = heading(report) + "\n";
  for (const BaselineSummary& section : report.sections) {
    text += "\n" + caption(section) + "\n" +
            text_table(
                section_rows(section, visible_text(report.sections.front().baseline, Lines::show)));
  }
  return text;
}

std::string render_faithfulness_json(const FaithfulnessReport& report) {
  const ExplanationSettings& settings = report.settings;
  nlohmann::ordered_json json{
      {"model", report.model},       {"data", report.data},     {"texts", report.texts},
      {"layer", settings.layer},     {"score", settings.score}, {"method", settings.method},
      {"n_steps", settings.n_steps}, {"top", report.top},       {"replacement", report.replacement},
      {"subsets", report.subsets},   {"seed", report.seed}};
  if (settings.tolerance) json["tolerance"] = *settings.tolerance;
  if (settings.max_length) json["max_length"] = *settings.max_length;
  auto& sections = json["baselines"] = nlohmann::ordered_json::array();
  for (const BaselineSummary& section : report.sections) {
    nlohmann::ordered_json measures = nlohmann::ordered_json::array();
    for (std::size_t m = 0; m < section.measures.size(); ++m) {
      const MeasureSummary& s = section.measures[m];
      nlohmann::ordered_json one{{"measure", to_string(s.measure)},
                                 {"good", large_is_good(s.measure) ? "large" : "small"},
                                 {"scores", json_of(s.scores)},
                                 {"random_order", json_of(s.control)},
                                 {"better_by", json_of(s.gain)}};
      if (!section.over_first.empty()) one["better_than_first_by"] = json_of(section.over_first[m]);
      if (!s.curve.empty()) {
        one["curve"] = s.curve;
        one["random_order_curve"] = s.control_curve;
      }
      measures.push_back(std::move(one));
    }
    sections.push_back({{"baseline", section.baseline}, {"measures", std::move(measures)}});
  }
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string render_faithfulness_html(const FaithfulnessReport& report) {
  std::string html = table_style() + "<p>" + escape_html(heading(report)) +
                     "</p>\n<section class=\"evaluation\">\n";
  for (const BaselineSummary& section : report.sections) {
    html += html_table(section_rows(section, report.sections.front().baseline), caption(section));
  }
  html += curve_plot(report, Measure::deletion, "Deletion: p while the best tokens are replaced");
  html += curve_plot(report, Measure::insertion, "Insertion: p while the best tokens come back");
  return html + "</section>\n" + legend(report);
}

}  // namespace integrad
