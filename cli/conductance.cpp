#include <CLI/CLI.hpp>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/default_model.h"
#include "cli/help.h"
#include "cli/program.h"
#include "cli/progress_bar.h"
#include "cli/side_by_side.h"
#include "cli/truncation_warning.h"
#include "integrad/render/comparison.h"

namespace integrad::cli {
namespace {

void add(LayerSweep& sweep, std::vector<LayerExplanation>&& of_text) {
  sweep.layers.clear();
  std::vector<Explanation>& explanations = sweep.texts.emplace_back();
  for (LayerExplanation& layer : of_text) {
    sweep.layers.push_back(std::move(layer.layer));
    explanations.push_back(std::move(layer.explanation));
  }
}

std::string page(const LayerSweep& sweep, HtmlOptions html) {
  html.title = "Layer conductance";
  html.lead =
      "How the score of the explained class flows through the places of each layer while the text "
      "comes out of its baseline. Each layer adds up to F(x) − F(x'), so deeper layers show where "
      "what the words said has gone.";
  std::string out = html_head(sweep.model, sweep.settings, html);
  for (std::size_t i = 0; i < sweep.texts.size(); ++i) {
    out +=
        html_comparison_card(sweep.texts[i], sweep.layers, sweep.model, static_cast<Index>(i) + 1);
  }
  return out + html_foot();
}

std::string terminal_text(const LayerSweep& sweep, const TerminalOptions& options) {
  std::string out;
  for (const std::vector<Explanation>& of_text : sweep.texts) {
    out += (out.empty() ? "" : "\n") + render_side_by_side(of_text, sweep.layers, options);
  }
  return out;
}

}  // namespace

int conductance(Arguments given) {
  SideBySideArguments arguments;
  CLI::App app("", "conductance");
  add_side_by_side_options(app, arguments);
  const auto words = parse_arguments(app, conductance_help, given);
  if (!words) return exit_done;
  check_run_options(arguments.explain);

  Output output(arguments.out.output);
  SideBySide view = side_by_side(arguments, output);
  const auto texts = read_shown_texts(arguments.text, *words, output.interrupt());
  const auto classifier = TextClassifier::load(
      model_or_default(arguments.model.model, arguments.out.quiet), arguments.model.backend);
  view.terminal.labels = classifier.config().labels;
  Explainer explainer(classifier, arguments.model.compute);
  LayerSweep sweep{
      classifier.card(view.format == Format::html), explainer.settings(arguments.explain), {}, {}};
  sweep.settings.method = "trapezoid";
  ProgressBar bar(!arguments.out.quiet);
  TruncationCounter truncation;
  Index points = 0;
  for (const TextInput& text : texts) {
    arguments.explain.on_progress = [&](Index evaluated) {
      output.check_interrupt();
      points += evaluated;
      const auto done = static_cast<Index>(sweep.texts.size());
      bar.update(done, points, static_cast<double>(done) / static_cast<double>(texts.size()));
    };
    add(sweep, explainer.conductance(text, arguments.explain));
    truncation.add(sweep.texts.back().front().truncated_tokens);
  }
  bar.clear();
  switch (view.format) {
    case Format::html:
      output.write(page(sweep, view.html));
      break;
    case Format::json:
      output.write(render_layers_json(sweep));
      break;
    default:
      output.write(terminal_text(sweep, view.terminal));
  }
  output.commit();
  if (!arguments.out.quiet) truncation.warn(arguments.explain, classifier.longest());
  return exit_done;
}

}  // namespace integrad::cli
