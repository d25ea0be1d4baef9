#include <CLI/CLI.hpp>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/default_model.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/prediction_writer.h"
#include "cli/program.h"
#include "cli/progress_bar.h"
#include "cli/text_blocks.h"
#include "cli/truncation_warning.h"
#include "integrad/base/error.h"

namespace integrad::cli {

int predict(Arguments given) {
  ModelOptions model;
  TextOptions text;
  OutputOptions out;
  ExplainOptions options;
  CLI::App app("", "predict");
  add_model_options(app, model);
  add_text_options(app, text);
  add_output_options(app, out);
  add_run_options(app, options);
  const auto texts = parse_arguments(app, predict_help, given);
  if (!texts) return exit_done;
  check_run_options(options);

  Output output(out.output);
  const Format format = choose_format(out.format, out.output, output.is_terminal(),
                                      {Format::terminal, Format::json, Format::jsonl, Format::csv});
  TextBlocks blocks(text, *texts, output.interrupt());
  const auto classifier =
      TextClassifier::load(model_or_default(model.model, out.quiet), model.backend);
  Explainer explainer(classifier, model.compute);
  PredictionWriter writer(format, classifier.card(format != Format::terminal), output);

  ProgressBar bar(!out.quiet);
  TruncationCounter truncation;
  TextBlock block;
  while (blocks.next(block)) {
    Index done = block.first;
    options.on_progress = [&](Index count) {
      output.check_interrupt();
      done += count;
      bar.update(done, done, blocks.fraction());
    };
    try {
      const auto predictions = explainer.predict(block.texts, options);
      bar.clear();
      for (const Prediction& prediction : predictions) {
        truncation.add(prediction.truncated_tokens);
        writer.write(prediction);
      }
    } catch (const NumericalError& error) {
      throw at_its_place(error, block);
    }
  }
  writer.finish();
  output.commit();
  bar.clear();
  if (!out.quiet) truncation.warn(options, classifier.longest());
  return exit_done;
}

}  // namespace integrad::cli
