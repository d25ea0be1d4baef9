// The public door. Start here: load a TextClassifier, make an Explainer, explain, render.
//
//   const auto classifier = integrad::TextClassifier::load("models/imdb-minilm");
//   integrad::Explainer explainer(classifier);
//   const auto explanation = explainer.explain("I love you, I like you");
//   std::cout << integrad::render_terminal(explanation);
//
// No text at all? `integrated_gradients` (attribution/integrate.h) takes any function.
#pragma once

// IWYU pragma: begin_exports
#include "integrad/attribution/explainer.h"
#include "integrad/attribution/explanation.h"
#include "integrad/attribution/integrate.h"
#include "integrad/attribution/spans.h"
#include "integrad/attribution/text_classifier.h"
#include "integrad/base/error.h"
#include "integrad/faithfulness/comparison.h"
#include "integrad/hub/find_model.h"
#include "integrad/hub/hub_error.h"
#include "integrad/models/layer_names.h"
#include "integrad/render/csv.h"
#include "integrad/render/html.h"
#include "integrad/render/json.h"
#include "integrad/render/terminal.h"
// IWYU pragma: end_exports
