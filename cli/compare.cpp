#include <CLI/CLI.hpp>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/default_model.h"
#include "cli/help.h"
#include "cli/program.h"
#include "cli/progress_bar.h"
#include "cli/side_by_side.h"
#include "cli/truncation_warning.h"
#include "integrad/faithfulness/comparison.h"
#include "integrad/render/comparison.h"

namespace integrad::cli {
namespace {

struct CompareArguments : SideBySideArguments {
  std::vector<Algorithm> algorithms{all_algorithms.begin(), all_algorithms.end()};
  FaithfulnessOptions faithfulness{.measures = {Measure::comprehensiveness, Measure::sufficiency,
                                                Measure::deletion, Measure::insertion,
                                                Measure::loo_correlation}};
};

void add_options(CLI::App& app, CompareArguments& arguments) {
  add_side_by_side_options(app, arguments);
  add_algorithms_option(app, arguments.algorithms);
  add_faithfulness_options(app, arguments.faithfulness);
}

std::string page(const Comparison& comparison, const ModelCard& model, HtmlOptions html) {
  html.title = "Explanations compared";
  html.lead =
      "The same texts explained in several ways. Colour shows what each part of a text says for or "
      "against the explained class; saliency, smooth_grad and var_grad only say how much.";
  return html_head(model, comparison.report.settings, html) +
         render_comparison_html(comparison, model) + html_foot();
}

Comparison compare_texts(Explainer& explainer, std::span<const TextInput> texts,
                         const CompareArguments& arguments, const OnCompared& on_compared) {
  const FaithfulnessOptions& options = arguments.faithfulness;
  Comparison comparison;
  comparison.texts.resize(texts.size());
  comparison.report = {.model = explainer.classifier().card(false).path,
                       .data = "",
                       .texts = static_cast<Index>(texts.size()),
                       .settings = explainer.settings(arguments.explain),
                       .top = options.top,
                       .replacement = options.replacement,
                       .subsets = options.subsets,
                       .seed = options.seed,
                       .rationale_share = {},
                       .sections = {}};
  comparison.report.sections = compare_explanations(
      explainer, {texts}, candidates(arguments.algorithms, arguments.explain.baseline),
      arguments.explain, options, on_compared,
      [&](std::size_t, Index text, Explanation&& explanation) {
        comparison.texts[static_cast<std::size_t>(text)].push_back(std::move(explanation));
      });
  return comparison;
}

void warn_of_truncation(const Comparison& comparison, const ExplainOptions& options,
                        Index longest) {
  TruncationCounter truncation;
  for (const auto& of_text : comparison.texts) truncation.add(of_text.front().truncated_tokens);
  truncation.warn(options, longest);
}

}  // namespace

int compare(Arguments given) {
  CompareArguments arguments;
  CLI::App app("", "compare");
  add_options(app, arguments);
  const auto words = parse_arguments(app, compare_help, given);
  if (!words) return exit_done;
  check_run_options(arguments.explain);
  arguments.faithfulness.seed = arguments.explain.seed;

  Output output(arguments.out.output);
  SideBySide view = side_by_side(arguments, output);
  const auto texts = read_shown_texts(arguments.text, *words, output.interrupt());
  const auto classifier = TextClassifier::load(
      model_or_default(arguments.model.model, arguments.out.quiet), arguments.model.backend);
  view.terminal.labels = classifier.config().labels;
  Explainer explainer(classifier, arguments.model.compute);
  ProgressBar bar(!arguments.out.quiet);
  const Comparison comparison =
      compare_texts(explainer, texts, arguments, [&](double share, Index done) {
        output.check_interrupt();
        bar.update(done, done, share);
      });
  bar.clear();
  switch (view.format) {
    case Format::html:
      output.write(page(comparison, classifier.card(true), view.html));
      break;
    case Format::json:
      output.write(render_comparison_json(comparison));
      break;
    default:
      output.write(render_comparison_terminal(comparison, view.terminal));
  }
  output.commit();
  if (!arguments.out.quiet) warn_of_truncation(comparison, arguments.explain, classifier.longest());
  return exit_done;
}

}  // namespace integrad::cli
