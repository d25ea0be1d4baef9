#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "cli/arguments.h"
#include "cli/colour_choice.h"
#include "cli/commands.h"
#include "cli/default_model.h"
#include "cli/explanation_writer.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/profile_table.h"
#include "cli/program.h"
#include "cli/progress_bar.h"
#include "cli/text_blocks.h"
#include "cli/truncation_warning.h"
#include "integrad/attribution/baseline.h"
#include "integrad/attribution/explainer.h"
#include "integrad/base/error.h"
#include "integrad/checkpoint/safetensors_writer.h"
#include "integrad/compute/peak.h"

namespace integrad::cli {
namespace {

struct ExplainArguments {
  ModelOptions model;
  TextOptions text;
  OutputOptions output;
  ExplainOptions explain;
  std::string full;
  bool profile = false;
  std::string granularity = "word";
  std::string palette = "piyg";
};

void add_options(CLI::App& app, ExplainArguments& arguments) {
  add_model_options(app, arguments.model);
  add_text_options(app, arguments.text);
  add_output_options(app, arguments.output);
  add_run_options(app, arguments.explain);
  add_explain_options(app, arguments.explain);
  add_algorithm_option(app, arguments.explain.algorithm);
  app.add_option("--full", arguments.full);
  app.add_flag("--profile", arguments.profile);
  app.add_option("--granularity", arguments.granularity);
  app.add_option("--palette", arguments.palette);
  app.add_option("--color", arguments.output.color);
}

/// Attributions of every token and hidden unit, kept until the end.
class FullAttributions {
 public:
  void add(Matrix<float>&& attributions) { matrices_.push_back(std::move(attributions)); }

  void write(const std::string& path, const ExplanationSettings& settings) const {
    std::vector<NamedArray> arrays;
    for (const Matrix<float>& matrix : matrices_) {
      arrays.push_back({"explanation." + std::to_string(arrays.size()),
                        {matrix.rows(), matrix.columns()},
                        matrix.data()});
    }
    write_safetensors(path, arrays,
                      {{"layer", settings.layer},
                       {"layer_input", settings.layer_input ? "true" : "false"},
                       {"baseline", settings.baseline},
                       {"score", settings.score},
                       {"method", settings.method},
                       {"n_steps", std::to_string(settings.n_steps)}});
  }

 private:
  std::vector<Matrix<float>> matrices_;
};

/// Explains block after block; what comes of it goes to the writer.
class Run {
 public:
  Run(const ExplainArguments& arguments, Explainer& explainer, Output& output,
      ExplanationWriter& writer, Profile* profile)
      : options_(arguments.explain),
        explainer_(explainer),
        output_(output),
        writer_(writer),
        profile_(profile),
        bar_(!arguments.output.quiet) {
    options_.full_attributions = !arguments.full.empty();
  }

  void explain(TextBlocks& blocks) {
    TextBlock block;
    double start = 0;
    while (blocks.next(block)) {
      const auto end = blocks.fraction();
      const double all = static_cast<double>(block.texts.size()) *
                         static_cast<double>(split_baselines(options_.baseline).size()) *
                         static_cast<double>(usual_steps(options_) + 2);
      Index done = 0, last = -1;
      options_.on_progress = [&](Index points) {
        output_.check_interrupt();
        done += points;
        points_ += points;
        std::optional<double> fraction;
        if (end) fraction = start + (*end - start) * std::min(1.0, static_cast<double>(done) / all);
        bar_.update(block.first + last + 1, points_, fraction);
      };
      try {
        explainer_.explain(block.texts, options_, [&](ExplanationResult&& result) {
          if (result.text_index != last) truncation_.add(result.explanation.truncated_tokens);
          last = result.text_index;
          bar_.clear();
          const Timed timed(profile_, Room::render);
          writer_.write(result.explanation);
          if (options_.full_attributions) full_.add(std::move(result.full_attributions));
        });
      } catch (const NumericalError& error) {
        throw at_its_place(error, block);
      }
      start = end.value_or(0);
    }
    writer_.finish();
    bar_.clear();
  }

  const TruncationCounter& truncation() const { return truncation_; }
  const FullAttributions& full() const { return full_; }

 private:
  ExplainOptions options_;
  Explainer& explainer_;
  Output& output_;
  ExplanationWriter& writer_;
  Profile* profile_;
  ProgressBar bar_;
  TruncationCounter truncation_;
  FullAttributions full_;
  Index points_ = 0;
};

/// To standard error, so that results stay what they are.
void report(const Profile& profile, std::chrono::steady_clock::time_point begin,
            const ModelOptions& model) {
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  const double peak =
      model.backend == "cpu" ? measure_peak(model.compute.precision, model.compute.threads) : 0;
  std::fputs(profile_table(profile, seconds.count(), peak).c_str(), stderr);
}

}  // namespace

int explain(Arguments given) {
  const auto begin = std::chrono::steady_clock::now();
  ExplainArguments arguments;
  CLI::App app("", "explain");
  add_options(app, arguments);
  const auto texts = parse_arguments(app, explain_help, given);
  if (!texts) return exit_done;
  check_run_options(arguments.explain);

  Look look;
  look.granularity = parse_granularity(arguments.granularity);
  look.palette = parse_palette(arguments.palette);
  // The file is tried before the work, not after.
  Output output(arguments.output.output);
  look.colours = choose_colours(arguments.output.color, output.is_terminal(), colour_environment());
  const Format format =
      choose_format(arguments.output.format, arguments.output.output, output.is_terminal(),
                    {Format::terminal, Format::html, Format::json, Format::jsonl, Format::csv});
  TextBlocks blocks(arguments.text, *texts, output.interrupt());

  const auto classifier = TextClassifier::load(
      model_or_default(arguments.model.model, arguments.output.quiet), arguments.model.backend);
  Profile profile;
  if (arguments.profile) arguments.model.compute.profile = &profile;
  Explainer explainer(classifier, arguments.model.compute);
  const ExplanationSettings settings = explainer.settings(arguments.explain);
  const bool with_sha256 = format != Format::terminal && format != Format::csv;
  ExplanationWriter writer(format, look, classifier.card(with_sha256), settings, output);
  Run run(arguments, explainer, output, writer, arguments.profile ? &profile : nullptr);
  run.explain(blocks);
  if (!arguments.full.empty()) run.full().write(arguments.full, settings);
  output.commit();
  if (arguments.profile) report(profile, begin, arguments.model);
  if (!arguments.output.quiet) {
    run.truncation().warn(arguments.explain, classifier.longest());
  }
  return exit_done;
}

}  // namespace integrad::cli
