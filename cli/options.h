// Options that several commands share.
#pragma once

#include <string>
#include <vector>

#include "cli/text_source.h"
#include "integrad/attribution/options.h"
#include "integrad/checkpoint/dtype.h"
#include "integrad/faithfulness/faithfulness.h"

namespace CLI {
class App;
}

namespace integrad::cli {

/// What is run, and on what.
struct ModelOptions {
  std::string model;  // "": the bundled one
  std::string backend = "cpu";
  ComputeOptions compute;
};

/// Where results go and how.
struct OutputOptions {
  std::string format;
  std::string output;
  std::string color = "auto";
  bool quiet = false;
};

/// --model, --backend, --precision, --threads.
void add_model_options(CLI::App& app, ModelOptions& options);
/// --input, --input-format, --column, --text-pair-column, --no-header, --text-pair (or --pair),
/// --replace-invalid.
void add_text_options(CLI::App& app, TextOptions& options);
/// --format, --output, --quiet.
void add_output_options(CLI::App& app, OutputOptions& options);
/// --max-length, --long, --window, --stride, --threshold, --memory-limit, --internal-batch-size.
void add_run_options(CLI::App& app, ExplainOptions& options);
/// Throws UsageError for options that do not belong together.
void check_run_options(const ExplainOptions& options);
/// --seed, a whole number from 0 on.
void add_seed_option(CLI::App& app, std::uint64_t& seed);
/// --layer, --layer-input, --baseline, --baseline-positions, --target, --score, --noise, --seed,
/// --method, --head, --n-steps, --tolerance, --max-steps.
void add_explain_options(CLI::App& app, ExplainOptions& options);

/// --algorithm: one, or several with commas.
void add_algorithm_option(CLI::App& app, Algorithm& algorithm);
void add_algorithms_option(CLI::App& app, std::vector<Algorithm>& algorithms);

/// --measures, --top, --replacement, --subsets, --radius, --perturbations.
void add_faithfulness_options(CLI::App& app, FaithfulnessOptions& options);

/// "f16", "bf16" or "f32" of --dtype. Throws UsageError for another.
Dtype parse_dtype(const std::string& name);

}  // namespace integrad::cli
