// render_curves_svg of learning.h.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "integrad/render/learning.h"

namespace integrad {
namespace {

constexpr double width = 720, height = 230, left = 64, right = 20, top = 34, bottom = 40;
constexpr std::size_t most_points = 600;

std::string fixed(double value, int digits = 1) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

using Series = std::vector<std::pair<double, double>>;  // step, value

Series series_of(const std::vector<LearningPoint>& points, double LearningPoint::*value) {
  Series series;
  for (const LearningPoint& point : points) {
    if (std::isfinite(point.*value)) series.emplace_back(point.step, point.*value);
  }
  return series;
}

/// Mean of the steps so far, those of long ago fading.
Series running_mean(const Series& series) {
  const double fades = 1 - 1 / std::max(10.0, 0.02 * static_cast<double>(series.size()));
  Series mean;
  double sum = 0, weight = 0;
  for (const auto& [step, value] : series) {
    sum = fades * sum + value;
    weight = fades * weight + 1;
    mean.emplace_back(step, sum / weight);
  }
  return mean;
}

Series thinned(const Series& series) {
  const std::size_t every = (series.size() + most_points - 1) / most_points;
  if (every <= 1) return series;
  Series some;
  for (std::size_t i = every - 1; i < series.size(); i += every) some.push_back(series[i]);
  if (some.back() != series.back()) some.push_back(series.back());
  return some;
}

/// 1, 2 or 5 times a power of ten, so that about `count` of them fill `range`.
double tick_of(double range, int count) {
  const double raw = range / count, power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (raw <= factor * power) return factor * power;
  }
  return 10 * power;
}

/// One curve with its axes; y grows upwards from `low` to `high`.
class Panel {
 public:
  Panel(double above, double last_step, double low, double high)
      : above_(above), last_(std::max(1.0, last_step)), low_(low), high_(high) {}

  std::string axes(const std::string& name) const {
    std::string out = "<text x=\"" + fixed(left) + "\" y=\"" + fixed(above_ + 20) +
                      "\" class=\"name\">" + name + "</text>\n";
    const double step = tick_of(high_ - low_, 4);
    for (double value = low_ > 0 ? std::ceil(low_ / step - 1e-9) * step : 0;
         value <= high_ + 1e-9 * step; value += step) {
      out += "<path class=\"grid\" d=\"M" + fixed(left) + " " + fixed(y(value)) + "H" +
             fixed(width - right) + "\"/><text x=\"" + fixed(left - 8) + "\" y=\"" +
             fixed(y(value) + 4) + "\" class=\"end\">" + fixed(value, step < 0.1 ? 2 : 1) +
             "</text>\n";
    }
    const double across = std::max(1.0, tick_of(last_, 6));
    for (double value = 0; value <= last_ * (1 + 1e-9); value += across) {
      out += "<text x=\"" + fixed(x(value)) + "\" y=\"" + fixed(above_ + height - bottom + 18) +
             "\" class=\"middle\">" + fixed(value, 0) + "</text>\n";
    }
    return out;
  }
  std::string line(const Series& series, const std::string& css_class) const {
    if (series.empty()) return "";
    std::string path;
    for (const auto& [step, value] : series) {
      path += (path.empty() ? "M" : "L") + fixed(x(step)) + " " + fixed(y(value));
    }
    return "<path class=\"" + css_class + "\" d=\"" + path + "\"/>\n";
  }
  std::string points(const Series& series, const std::string& css_class, double radius,
                     bool told) const {
    std::string out;
    for (const auto& [step, value] : series) {
      out += "<circle class=\"" + css_class + "\" cx=\"" + fixed(x(step)) + "\" cy=\"" +
             fixed(y(value)) + "\" r=\"" + fixed(radius) + "\"";
      out += told
                 ? "><title>step " + fixed(step, 0) + ": " + fixed(value, 4) + "</title></circle>\n"
                 : "/>\n";
    }
    return out;
  }

 private:
  double x(double step) const { return left + (width - left - right) * step / last_; }
  double y(double value) const {
    const double share = (std::clamp(value, low_, high_) - low_) / (high_ - low_);
    return above_ + top + (height - top - bottom) * (1 - share);
  }
  double above_, last_, low_, high_;
};

struct Range {
  double low, high;
};

/// The running mean and the evaluations are in it whole; single batches may stick out.
Range range_of(const Series& mean, const Series& evaluations, bool is_share) {
  double low = is_share ? 1 : INFINITY, high = is_share ? 1 : 0;
  for (const Series* series : {&mean, &evaluations}) {
    for (const auto& [step, value] : *series) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  if (is_share) return {std::max(0.0, std::floor(low * 10 - 0.5) / 10), 1};
  return {0, high > 0 ? 1.15 * high : 1};
}

std::string panel(const LearningCurves& curves, double LearningPoint::*value, bool is_share,
                  double above, double last, const std::string& name) {
  const Series raw = series_of(curves.training, value);
  const Series mean = running_mean(raw), evaluations = series_of(curves.evaluations, value);
  const Range range = range_of(mean, evaluations, is_share);
  const Panel panel(above, last, range.low, range.high);
  return panel.axes(name) + panel.points(thinned(raw), "batch", 1.5, false) +
         panel.line(thinned(mean), "mean") + panel.line(evaluations, "evaluation-line") +
         panel.points(evaluations, "evaluation", 4, true);
}

}  // namespace

std::string render_curves_svg(const LearningCurves& curves) {
  double last = 1;
  for (const auto* points : {&curves.training, &curves.evaluations}) {
    if (!points->empty()) last = std::max(last, static_cast<double>(points->back().step));
  }
  const double panels = curves.has_accuracy ? 2 : 1;
  std::string svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + fixed(width, 0) + " " +
      fixed(height * panels + 24, 0) + "\" width=\"" + fixed(width, 0) +
      "\" role=\"img\" aria-label=\"loss and accuracy over steps\">\n<style>"
      "text{font:12px system-ui,sans-serif;fill:#5d6068}.name{font-weight:600;fill:#1d1e22}"
      ".end{text-anchor:end}.middle{text-anchor:middle}.grid{stroke:#e4e2dc}"
      ".batch{fill:#2f4a73;fill-opacity:.3}.mean{fill:none;stroke:#2f4a73;stroke-width:2}"
      ".evaluation{fill:#c51b7d}.evaluation-line{fill:none;stroke:#c51b7d;stroke-dasharray:3 3}"
      "</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
  svg += panel(curves, &LearningPoint::loss, false, 0, last, "loss");
  if (curves.has_accuracy) {
    svg += panel(curves, &LearningPoint::accuracy, true, height, last, "accuracy");
  }
  const double foot = height * panels + 12;
  svg += "<text x=\"" + fixed(left) + "\" y=\"" + fixed(foot) +
         "\">steps; line: running mean of the training batches" +
         (curves.evaluations.empty() ? "" : "; points on a dotted line: evaluations") + "</text>\n";
  return svg + "</svg>\n";
}

}  // namespace integrad
