// How well a classifier does, for people and programs.
#pragma once

#include <string>

#include "integrad/training/evaluation.h"

namespace integrad {

/// A few lines and tables of plain text.
std::string render_metrics_terminal(const Metrics& metrics);

/// One JSON object; keys as Metrics' members. `model` and `data` say what was evaluated on what.
std::string render_metrics_json(const Metrics& metrics, const std::string& model,
                                const std::string& data);

/// A part of a page: numbers, confusion matrix, calibration plot. Self-contained and escaped.
std::string render_metrics_html(const Metrics& metrics);

}  // namespace integrad
