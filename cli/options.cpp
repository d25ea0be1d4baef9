#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <charconv>

#include "cli/memory_size.h"
#include "integrad/base/error.h"

namespace integrad::cli {
namespace {

constexpr Index largest_count = 1'000'000'000;

/// An option whose text one of the library's parsers reads.
template <class Read>
void add_read_option(CLI::App& app, const std::string& name, const Read& read) {
  app.add_option_function<std::string>(name, [name, read](const std::string& text) {
    try {
      read(text);
    } catch (const UsageError& error) {
      throw CLI::ValidationError(name, error.what());
    }
  });
}

std::uint64_t parse_seed(const std::string& text) {
  std::uint64_t seed = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, seed);
  if (fault == std::errc{} && stop == end) return seed;
  throw UsageError("a seed is a whole number from 0 to 18446744073709551615, found \"" + text +
                   "\"");
}

}  // namespace

void add_seed_option(CLI::App& app, std::uint64_t& seed) {
  add_read_option(app, "--seed", [&seed](const std::string& text) { seed = parse_seed(text); });
}

void add_model_options(CLI::App& app, ModelOptions& options) {
  app.add_option("--model", options.model);
  app.add_option("--backend", options.backend);
  add_read_option(app, "--precision", [&options](const std::string& text) {
    options.compute.precision = parse_precision(text);
  });
  app.add_option("--threads", options.compute.threads)->check(CLI::Range(0, 4096));
}

void add_text_options(CLI::App& app, TextOptions& options) {
  app.add_option("--input", options.input);
  app.add_option("--input-format", options.input_format);
  app.add_option("--column", options.column);
  app.add_option("--text-pair-column", options.text_pair_column);
  app.add_flag("--no-header", options.no_header);
  app.add_option_function<std::string>(
      "--text-pair,--pair", [&options](const std::string& text) { options.text_pair = text; });
  app.add_flag("--replace-invalid", options.replace_invalid);
}

void add_output_options(CLI::App& app, OutputOptions& options) {
  app.add_option("--format", options.format);
  app.add_option("--output", options.output);
  app.add_flag("--quiet", options.quiet);
}

void add_run_options(CLI::App& app, ExplainOptions& options) {
  app.add_option_function<Index>("--max-length",
                                 [&options](const Index& tokens) { options.max_length = tokens; })
      ->check(CLI::Range(Index{1}, largest_count));
  add_read_option(app, "--long", [&options](const std::string& text) {
    options.long_texts = parse_long_texts(text);
  });
  app.add_option_function<Index>("--window",
                                 [&options](const Index& tokens) { options.window = tokens; })
      ->check(CLI::Range(Index{1}, largest_count));
  app.add_option_function<Index>("--stride",
                                 [&options](const Index& tokens) { options.stride = tokens; })
      ->check(CLI::Range(Index{0}, largest_count));
  app.add_option_function<double>("--threshold",
                                  [&options](const double& p) { options.threshold = p; });
  add_read_option(app, "--memory-limit", [&options](const std::string& text) {
    options.memory_limit = parse_memory_size(text);
  });
  app.add_option("--internal-batch-size", options.internal_batch_size)
      ->check(CLI::Range(Index{1}, largest_count));
}

void check_run_options(const ExplainOptions& options) {
  if (options.long_texts == LongTexts::windows || !(options.window || options.stride)) return;
  throw UsageError("--window and --stride are for --long windows");
}

void add_explain_options(CLI::App& app, ExplainOptions& options) {
  app.add_option("--layer", options.layer);
  app.add_flag("--layer-input", options.layer_input);
  app.add_option("--baseline", options.baseline);
  add_read_option(app, "--baseline-positions", [&options](const std::string& text) {
    options.baseline_positions = parse_baseline_positions(text);
  });
  app.add_option("--target", options.target);
  add_read_option(app, "--score",
                  [&options](const std::string& text) { options.score = parse_score(text); });
  app.add_option("--noise", options.noise);
  add_seed_option(app, options.seed);
  app.add_option("--tolerance", options.tolerance);
  app.add_option("--max-steps", options.max_steps);
  add_read_option(app, "--method",
                  [&options](const std::string& text) { options.method = parse_quadrature(text); });
  add_read_option(app, "--head", [&options](const std::string& text) {
    options.head = parse_head_integral(text);
  });
  app.add_option("--n-steps", options.n_steps)->check(CLI::Range(Index{1}, Index{100'000}));
}

void add_algorithm_option(CLI::App& app, Algorithm& algorithm) {
  add_read_option(app, "--algorithm",
                  [&algorithm](const std::string& text) { algorithm = parse_algorithm(text); });
}

void add_algorithms_option(CLI::App& app, std::vector<Algorithm>& algorithms) {
  add_read_option(app, "--algorithm", [&algorithms](const std::string& text) {
    algorithms.clear();
    for (const std::string& name : CLI::detail::split(text, ',')) {
      algorithms.push_back(parse_algorithm(name));
    }
  });
}

void add_faithfulness_options(CLI::App& app, FaithfulnessOptions& options) {
  add_read_option(app, "--measures", [&options](const std::string& text) {
    options.measures.clear();
    for (const std::string& name : CLI::detail::split(text, ',')) {
      options.measures.push_back(parse_measure(name));
    }
  });
  app.add_option("--top", options.top);
  app.add_option("--replacement", options.replacement);
  app.add_option("--subsets", options.subsets)->check(CLI::Range(Index{1}, Index{100'000}));
  app.add_option("--radius", options.radius);
  app.add_option("--perturbations", options.perturbations)
      ->check(CLI::Range(Index{1}, Index{100'000}));
}

Dtype parse_dtype(const std::string& name) {
  if (name == "f16") return Dtype::f16;
  if (name == "bf16") return Dtype::bf16;
  if (name == "f32") return Dtype::f32;
  throw UsageError("unknown --dtype \"" + name + "\"; one of f16, bf16, f32");
}

}  // namespace integrad::cli
