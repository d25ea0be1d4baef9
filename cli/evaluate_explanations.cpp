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
#include "integrad/base/error.h"
#include "integrad/faithfulness/comparison.h"
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
  std::vector<Algorithm> algorithms{Algorithm::integrated_gradients};
  std::optional<double> rationale_share;
};

void add_options(CLI::App& app, TestArguments& arguments) {
  add_model_options(app, arguments.model);
  add_data_options(app, arguments.data);
  add_output_options(app, arguments.out);
  add_run_options(app, arguments.explain);
  add_explain_options(app, arguments.explain);
  add_algorithms_option(app, arguments.algorithms);
  add_faithfulness_options(app, arguments.faithfulness);
  app.add_option("--rationale-column", arguments.data.text.rationale_column);
  app.add_option("--rationale-share", arguments.rationale_share);
}

/// Measures that nobody named, and as large a choice of tokens as people marked.
void settle(FaithfulnessOptions& options, const WrittenLabels& data,
            const std::optional<double>& share) {
  const double marked = mean_marked_share(data.rationales, data.texts);
  auto& measures = options.measures;
  if (measures.empty()) {
    measures.assign(usual_measures.begin(), usual_measures.end());
    if (marked > 0) {
      measures.insert(measures.end(), plausibility_measures.begin(), plausibility_measures.end());
    }
  }
  if (!std::any_of(measures.begin(), measures.end(), needs_rationale)) return;
  if (marked == 0) {
    throw UsageError(
        "no text has a rationale for auprc, token_f1 and token_iou; give a .jsonl "
        "file with a field \"rationale\", or --rationale-column");
  }
  options.rationale_share = share.value_or(marked);
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
  arguments.faithfulness.measures.clear();  // settled once it is known what the data has
  CLI::App app("", "evaluate-explanations");
  add_options(app, arguments);
  const auto words = parse_arguments(app, evaluate_explanations_help, given);
  if (!words) return exit_done;
  refuse_texts(*words);
  arguments.data.needs_labels = false;
  if (!arguments.data.text.rationale_column) arguments.data.text.rationale_column = "";
  check_run_options(arguments.explain);
  FaithfulnessOptions& options = arguments.faithfulness;
  options.seed = arguments.explain.seed;
  const auto ways = candidates(arguments.algorithms, arguments.explain.baseline);

  Output output(arguments.out.output);
  Format format = Format::terminal;
  if (!arguments.out.format.empty() || !arguments.out.output.empty()) {
    format = choose_format(arguments.out.format, arguments.out.output, output.is_terminal(),
                           {Format::terminal, Format::json, Format::html});
  }
  WrittenLabels written = read_labelled(arguments.data, Split::test);
  report_faults(written.faults);
  settle(options, written, arguments.rationale_share);
  const auto classifier = TextClassifier::load(
      model_or_default(arguments.model.model, arguments.out.quiet), arguments.model.backend);
  arguments.explain.replace_invalid = arguments.data.text.replace_invalid;
  Explainer explainer(classifier, arguments.model.compute);
  ProgressBar bar(!arguments.out.quiet);
  FaithfulnessReport report{classifier.card(false).path,
                            arguments.data.data,
                            static_cast<Index>(written.texts.size()),
                            explainer.settings(arguments.explain),
                            options.top,
                            options.replacement,
                            options.subsets,
                            options.seed,
                            {},
                            {}};
  if (std::any_of(options.measures.begin(), options.measures.end(), needs_rationale)) {
    report.rationale_share = options.rationale_share;
  }
  report.sections = compare_explanations(explainer, {written.texts, written.rationales}, ways,
                                         arguments.explain, options, [&](double share, Index done) {
                                           output.check_interrupt();
                                           bar.update(done, done, share);
                                         });
  bar.clear();
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
