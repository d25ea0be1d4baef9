#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/default_model.h"
#include "cli/fault_report.h"
#include "cli/format.h"
#include "cli/help.h"
#include "cli/labelled_data.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/program.h"
#include "cli/progress_bar.h"
#include "integrad/attribution/baseline.h"
#include "integrad/base/error.h"
#include "integrad/faithfulness/faithfulness.h"
#include "integrad/render/faithfulness_report.h"
#include "integrad/render/html.h"

namespace integrad::cli {
namespace {

struct TestArguments {
  ModelOptions model;
  DataOptions data;
  OutputOptions out;
  ExplainOptions explain;
  FaithfulnessOptions faithfulness;
  std::vector<std::string> measures;
};

void add_options(CLI::App& app, TestArguments& arguments) {
  add_model_options(app, arguments.model);
  add_data_options(app, arguments.data);
  add_output_options(app, arguments.out);
  add_run_options(app, arguments.explain);
  add_explain_options(app, arguments.explain);
  app.add_option("--measures", arguments.measures)->delimiter(',');
  app.add_option("--top", arguments.faithfulness.top);
  app.add_option("--replacement", arguments.faithfulness.replacement);
  app.add_option("--subsets", arguments.faithfulness.subsets)
      ->check(CLI::Range(Index{1}, Index{100'000}));
  app.add_option("--seed", arguments.faithfulness.seed);
}

/// Explanations from one baseline, and what their tests said.
struct Tested {
  ExplainOptions options;
  std::vector<Faithfulness> texts;
};

/// Explains and tests block after block, every baseline on the same texts.
void run(const std::vector<TextInput>& texts, Explainer& explainer, FaithfulnessTest& test,
         std::vector<Tested>& baselines, const Output& output, bool quiet) {
  constexpr std::size_t block = 32;
  ProgressBar bar(!quiet);
  Index points = 0;
  double done = 0;  // blocks of a baseline, explained or tested
  const double all = 2 * static_cast<double>(baselines.size()) *
                     static_cast<double>((texts.size() + block - 1) / block);
  for (std::size_t first = 0; first < texts.size(); first += block) {
    const auto part = std::span(texts).subspan(first, std::min(block, texts.size() - first));
    for (Tested& baseline : baselines) {
      baseline.options.on_progress = [&](Index count) {
        output.check_interrupt();
        points += count;
        bar.update(static_cast<Index>(first), points, done / all);
      };
      std::vector<Explanation> explanations;
      try {
        explanations = explainer.explain(part, baseline.options);
      } catch (const NumericalError& error) {
        throw NumericalError("texts from number " + std::to_string(first + 1) +
                             " on: " + error.what());
      }
      bar.update(static_cast<Index>(first), points, ++done / all);
      for (Faithfulness& found : test.measure(explanations, baseline.options)) {
        baseline.texts.push_back(std::move(found));
      }
      output.check_interrupt();
      bar.update(static_cast<Index>(first), points, ++done / all);
    }
  }
  bar.clear();
}

std::string page(const FaithfulnessReport& report, const ModelCard& model) {
  HtmlOptions html;
  html.title = "Faithfulness";
  html.lead =
      "Tokens that an explanation names are taken out or replaced, and the model is asked again. A "
      "faithful explanation moves its answer more than the same scores in random order.";
  html.coloured_texts = false;
  return html_head(model, report.settings, html) + render_faithfulness_html(report) + html_foot();
}

}  // namespace

int evaluate_explanations(Arguments given) {
  TestArguments arguments;
  CLI::App app("", "evaluate-explanations");
  add_options(app, arguments);
  const auto words = parse_arguments(app, evaluate_explanations_help, given);
  if (!words) return exit_done;
  refuse_texts(*words);
  arguments.data.needs_labels = false;
  check_run_options(arguments.explain);
  FaithfulnessOptions& options = arguments.faithfulness;
  if (!arguments.measures.empty()) options.measures.clear();
  for (const std::string& name : arguments.measures) {
    options.measures.push_back(parse_measure(name));
  }
  if (arguments.explain.target == "all" || arguments.explain.threshold) {
    throw UsageError("evaluate-explanations tests one explanation a text; name one --target");
  }

  Output output(arguments.out.output);
  Format format = Format::terminal;
  if (!arguments.out.format.empty() || !arguments.out.output.empty()) {
    format = choose_format(arguments.out.format, arguments.out.output, output.is_terminal(),
                           {Format::terminal, Format::json, Format::html});
  }
  WrittenLabels written = read_labelled(arguments.data, Split::test);
  report_faults(written.faults);
  const auto classifier = TextClassifier::load(
      model_or_default(arguments.model.model, arguments.out.quiet), arguments.model.backend);
  arguments.explain.replace_invalid = arguments.data.text.replace_invalid;
  Explainer explainer(classifier, arguments.model.compute);
  FaithfulnessTest test(classifier, arguments.model.compute, options);
  std::vector<Tested> baselines;
  for (const std::string& name : split_baselines(arguments.explain.baseline)) {
    baselines.push_back({arguments.explain, {}});
    baselines.back().options.baseline = name;
  }
  run(written.texts, explainer, test, baselines, output, arguments.out.quiet);

  FaithfulnessReport report{classifier.card(false).path,
                            arguments.data.data,
                            static_cast<Index>(written.texts.size()),
                            explainer.settings(baselines.front().options),
                            options.top,
                            options.replacement,
                            options.subsets,
                            options.seed,
                            {}};
  for (const Tested& baseline : baselines) {
    report.sections.push_back({explainer.settings(baseline.options).baseline,
                               summarize(baseline.texts, options.measures, options.seed),
                               {}});
    if (&baseline == &baselines.front()) continue;
    report.sections.back().over_first =
        gains_over(baseline.texts, baselines.front().texts, options.measures, options.seed);
  }
  for (std::size_t i = 1; i < report.sections.size(); ++i) {
    report.settings.baseline += "," + report.sections[i].baseline;
  }
  switch (format) {
    case Format::html:
      output.write(page(report, classifier.card(true)));
      break;
    case Format::json:
      output.write(render_faithfulness_json(report));
      break;
    default:
      output.write(render_faithfulness_terminal(report));
  }
  output.commit();
  return exit_done;
}

}  // namespace integrad::cli
