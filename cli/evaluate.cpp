#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

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
#include "integrad/render/html.h"
#include "integrad/render/metrics.h"

namespace integrad::cli {
namespace {

/// A text whose label the model is surest to be wrong about.
struct Mistake {
  double confidence = 0;
  std::size_t text = 0;
};

struct Result {
  Metrics metrics;
  std::vector<Mistake> mistakes;  // the surest first
};

void remember(std::vector<Mistake>& mistakes, std::size_t most, const Prediction& prediction,
              const Label& label, std::size_t text) {
  const auto predicted = static_cast<std::size_t>(prediction.predicted_id);
  if (most == 0 || static_cast<double>(predicted) == label[0]) return;
  const double confidence = prediction.probabilities[predicted];
  const auto place = std::find_if(mistakes.begin(), mistakes.end(), [&](const Mistake& other) {
    return other.confidence < confidence;
  });
  mistakes.insert(place, {confidence, text});
  if (mistakes.size() > most) mistakes.pop_back();
}

Result evaluate_texts(Explainer& explainer, const TextClassifier& classifier,
                      const std::vector<LabelledText>& texts, ExplainOptions options,
                      std::size_t most_mistakes, const Output& output, bool quiet) {
  const Problem problem = training_problem(classifier.config());
  Evaluation evaluation(problem, classifier.config().labels);
  Result result;
  ProgressBar bar(!quiet);
  constexpr std::size_t block = 512;
  Index done = 0;
  options.on_progress = [&](Index count) {
    output.check_interrupt();
    done += count;
    bar.update(done, done, static_cast<double>(done) / static_cast<double>(texts.size()));
  };
  for (std::size_t first = 0; first < texts.size(); first += block) {
    std::vector<TextInput> inputs;
    for (std::size_t i = first; i < std::min(texts.size(), first + block); ++i) {
      inputs.push_back(texts[i].input);
    }
    const auto predictions = explainer.predict(inputs, options);
    for (std::size_t i = 0; i < predictions.size(); ++i) {
      const Label& label = texts[first + i].label;
      evaluation.add(predictions[i].logits, label);
      if (problem == Problem::single_label) {
        remember(result.mistakes, most_mistakes, predictions[i], label, first + i);
      }
    }
  }
  result.metrics = evaluation.metrics();
  return result;
}

/// A page: numbers, then why the model was surest where it was wrong.
std::string page(Explainer& explainer, const TextClassifier& classifier,
                 const std::vector<LabelledText>& texts, const Result& result,
                 const ExplainOptions& options) {
  const ModelCard model = classifier.card(true);
  HtmlOptions html;
  html.title = "Evaluation";
  std::string out = html_head(model, explainer.settings(options), html);
  out += render_metrics_html(result.metrics);
  if (!result.mistakes.empty()) out += "<h2>Mistakes, the surest first</h2>\n";
  Index number = 0;
  for (const Mistake& mistake : result.mistakes) {
    const TextInput& input = texts[mistake.text].input;
    const auto found = explainer.explain(std::span(&input, 1), options);
    out += html_card(found[0], model, ++number);
  }
  return out + html_foot();
}

}  // namespace

int evaluate(Arguments given) {
  ModelOptions model;
  DataOptions data;
  OutputOptions out;
  ExplainOptions options;
  std::size_t mistakes = 10;
  CLI::App app("", "evaluate");
  add_model_options(app, model);
  add_data_options(app, data);
  add_output_options(app, out);
  add_run_options(app, options);
  app.add_option("--mistakes", mistakes);
  const auto texts = parse_arguments(app, evaluate_help, given);
  if (!texts) return exit_done;
  refuse_texts(*texts);
  check_run_options(options);

  Output output(out.output);
  Format format = Format::terminal;
  if (!out.format.empty() || !out.output.empty()) {
    format = choose_format(out.format, out.output, output.is_terminal(),
                           {Format::terminal, Format::json, Format::html});
  }
  WrittenLabels written = read_labelled(data, Split::test);
  const auto classifier =
      TextClassifier::load(model_or_default(model.model, out.quiet), model.backend);
  std::vector<std::string> faults;
  const auto labelled =
      resolve_labels(std::move(written), classifier.config().labels,
                     training_problem(classifier.config()), data.skip_bad_rows, faults);
  report_faults(faults);
  options.replace_invalid = data.text.replace_invalid;
  Explainer explainer(classifier, model.compute);
  const Result result = evaluate_texts(explainer, classifier, labelled, options,
                                       format == Format::html ? mistakes : 0, output, out.quiet);
  switch (format) {
    case Format::html:
      output.write(page(explainer, classifier, labelled, result, options));
      break;
    case Format::json:
      output.write(render_metrics_json(result.metrics, classifier.card(false).path, data.data));
      break;
    default:
      output.write(render_metrics_terminal(result.metrics));
  }
  output.commit();
  return exit_done;
}

}  // namespace integrad::cli
