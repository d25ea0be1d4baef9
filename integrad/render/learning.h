// How a model learned: curves of a training run, and how its explanations moved.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "integrad/attribution/explanation.h"
#include "integrad/render/colour.h"

namespace integrad {

/// A training step or an evaluation.
struct LearningPoint {
  Index step = 0;
  double loss = 0;
  double accuracy = 0;  // 0 to 1
};

/// What a run's log says, in the order of the steps.
struct LearningCurves {
  std::vector<LearningPoint> training;     // a point a step: of its batch alone
  std::vector<LearningPoint> evaluations;  // may be empty
  bool has_accuracy = true;                // false where labels are values
};

/// A picture without anything from outside: loss and accuracy over steps. Of the training a running
/// mean (the steps' own values faint behind it), of the evaluations points. Losses that are not
/// finite are left out.
std::string render_curves_svg(const LearningCurves& curves);

/// One text explained for one class, after so many steps.
struct WatchedStep {
  Index step = 0;
  Explanation explanation;
};

/// A part of a page: the text's words down, the steps across, colours on one scale for all; above
/// each column what the model gave the class. At most 24 columns, the first and the last among
/// them. All steps must be of the same text and class; "" without steps.
std::string watched_table_html(std::span<const WatchedStep> steps, const ModelCard& model);

/// The style sheet of these tables, to be put before the first one, behind html_head.
std::string watched_table_style();

}  // namespace integrad
