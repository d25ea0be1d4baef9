#include "integrad/render/metrics.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "integrad/render/table.h"
#include "integrad/render/visible_text.h"

namespace integrad {
namespace {

/// The numbers of a problem, name and value.
Rows summary(const Metrics& m) {
  Rows rows{{"texts", std::to_string(m.texts)}, {"loss", fixed(m.loss)}};
  if (m.problem == Problem::regression) {
    rows.push_back({"mean absolute error", fixed(m.mean_absolute_error)});
    rows.push_back({"Spearman's rank correlation", fixed(m.spearman)});
    return rows;
  }
  rows.push_back(
      {m.problem == Problem::multi_label ? "all labels right" : "accuracy", fixed(m.accuracy)});
  rows.push_back({"macro F1", fixed(m.macro_f1)});
  rows.push_back({"micro F1", fixed(m.micro_f1)});
  rows.push_back({"calibration error", fixed(m.calibration_error)});
  return rows;
}

Rows class_rows(const Metrics& m) {
  Rows rows{{"label", "texts", "precision", "recall", "F1"}};
  for (const ClassMetrics& c : m.classes) {
    rows.push_back({visible_text(c.label, Lines::show), std::to_string(c.texts), fixed(c.precision),
                    fixed(c.recall), fixed(c.f1)});
  }
  return rows;
}

Rows confusion_rows(const Metrics& m) {
  Rows rows{{"label \\ predicted"}};
  for (const ClassMetrics& c : m.classes) rows[0].push_back(visible_text(c.label, Lines::show));
  for (std::size_t c = 0; c < m.confusion.size(); ++c) {
    std::vector<std::string>& row = rows.emplace_back();
    row.push_back(rows[0][c + 1]);
    for (const Index count : m.confusion[c]) row.push_back(std::to_string(count));
  }
  return rows;
}

Rows calibration_rows(const Metrics& m) {
  Rows rows{{"confidence", "texts", "mean", "accuracy"}};
  for (std::size_t b = 0; b < m.calibration.size(); ++b) {
    const CalibrationBin& bin = m.calibration[b];
    if (bin.texts == 0) continue;
    const double width = 1.0 / static_cast<double>(m.calibration.size());
    const double from = static_cast<double>(b) * width;
    rows.push_back({fixed(from, 1) + " to " + fixed(from + width, 1), std::to_string(bin.texts),
                    fixed(bin.confidence), fixed(bin.accuracy)});
  }
  return rows;
}

constexpr std::size_t most_confusion = 20;  // classes of a matrix that can still be read

bool shows_confusion(const Metrics& m) {
  return !m.confusion.empty() && m.confusion.size() <= most_confusion;
}

/// Bars of accuracy over confidence, beside the line on which both are equal.
std::string calibration_plot(const Metrics& m) {
  constexpr double side = 200, left = 34, top = 8;
  const auto x = [&](double value) { return fixed(left + side * value, 1); };
  const auto y = [&](double value) { return fixed(top + side * (1 - value), 1); };
  std::string svg =
      "<figure class=\"metrics\"><figcaption>Accuracy over confidence</figcaption>"
      "<svg viewBox=\"0 0 250 240\" width=\"300\" role=\"img\" aria-label=\"calibration\">\n";
  const double width = 1.0 / static_cast<double>(m.calibration.size());
  for (std::size_t b = 0; b < m.calibration.size(); ++b) {
    const CalibrationBin& bin = m.calibration[b];
    if (bin.texts == 0) continue;
    svg += "<rect x=\"" + x(static_cast<double>(b) * width + 0.005) + "\" y=\"" + y(bin.accuracy) +
           "\" width=\"" + fixed(side * (width - 0.01), 1) + "\" height=\"" +
           fixed(side * bin.accuracy, 1) + "\" fill=\"#4d9221\" fill-opacity=\"0.6\"><title>" +
           std::to_string(bin.texts) + " predictions, confidence " + fixed(bin.confidence) +
           ", accuracy " + fixed(bin.accuracy) + "</title></rect>\n";
  }
  svg += "<path d=\"M" + x(0) + " " + y(0) + "L" + x(1) + " " + y(1) +
         "\" stroke=\"currentColor\" stroke-dasharray=\"4 3\"/>\n<path d=\"M" + x(0) + " " + y(1) +
         "V" + y(0) + "H" + x(1) + "\" fill=\"none\" stroke=\"currentColor\"/>\n";
  for (const double tick : {0.0, 0.5, 1.0}) {
    svg += "<text x=\"" + x(tick) + "\" y=\"" + fixed(top + side + 16, 1) +
           "\" text-anchor=\"middle\">" + fixed(tick, 1) + "</text><text x=\"" +
           fixed(left - 6, 1) + "\" y=\"" + y(tick) + "\" dy=\"4\" text-anchor=\"end\">" +
           fixed(tick, 1) + "</text>\n";
  }
  return svg + "</svg></figure>\n";
}

}  // namespace

std::string render_metrics_terminal(const Metrics& metrics) {
  std::string text = text_table(summary(metrics));
  if (!metrics.classes.empty()) text += "\n" + text_table(class_rows(metrics));
  if (shows_confusion(metrics)) text += "\n" + text_table(confusion_rows(metrics));
  if (!metrics.calibration.empty()) text += "\n" + text_table(calibration_rows(metrics));
  return text;
}

std::string render_metrics_json(const Metrics& m, const std::string& model,
                                const std::string& data) {
  nlohmann::ordered_json json{
      {"model", model}, {"data", data}, {"texts", m.texts}, {"loss", m.loss}};
  if (m.problem == Problem::regression) {
    json["mean_absolute_error"] = m.mean_absolute_error;
    json["spearman"] = m.spearman;
    return json.dump(2) + "\n";
  }
  json["accuracy"] = m.accuracy;
  json["macro_f1"] = m.macro_f1;
  json["micro_f1"] = m.micro_f1;
  json["calibration_error"] = m.calibration_error;
  auto& classes = json["classes"] = nlohmann::ordered_json::array();
  for (const ClassMetrics& c : m.classes) {
    classes.push_back({{"label", c.label},
                       {"texts", c.texts},
                       {"predicted", c.predicted},
                       {"right", c.right},
                       {"precision", c.precision},
                       {"recall", c.recall},
                       {"f1", c.f1}});
  }
  if (!m.confusion.empty()) json["confusion"] = m.confusion;
  auto& calibration = json["calibration"] = nlohmann::ordered_json::array();
  for (const CalibrationBin& bin : m.calibration) {
    calibration.push_back(
        {{"texts", bin.texts}, {"confidence", bin.confidence}, {"accuracy", bin.accuracy}});
  }
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string render_metrics_html(const Metrics& metrics) {
  std::string html = table_style() + "<section class=\"evaluation\">\n";
  Rows rows = summary(metrics);
  rows.insert(rows.begin(), {"", ""});
  html += html_table(rows, "All texts");
  if (!metrics.classes.empty()) html += html_table(class_rows(metrics), "Label by label");
  if (shows_confusion(metrics)) html += html_table(confusion_rows(metrics), "Confusion matrix");
  if (!metrics.calibration.empty()) html += calibration_plot(metrics);
  return html + "</section>\n";
}

}  // namespace integrad
