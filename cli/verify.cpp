#include "integrad/attribution/verification.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/default_model.h"
#include "cli/format.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/program.h"
#include "cli/text_blocks.h"

namespace integrad::cli {
namespace {

std::string row(const VerificationResult& result) {
  std::array<char, 160> line{};
  std::snprintf(line.data(), line.size(), "%-4s  %-24s  %-16s  %9.2g  (at most %.2g)\n",
                result.passed ? "PASS" : "FAIL", result.name.c_str(), result.measure.c_str(),
                result.measured, result.bound);
  return line.data();
}

std::string json_of(const std::filesystem::path& model, std::span<const VerificationResult> results,
                    bool passed) {
  nlohmann::ordered_json checks = nlohmann::ordered_json::array();
  for (const VerificationResult& result : results) {
    checks.push_back({{"name", result.name},
                      {"measure", result.measure},
                      {"measured", result.measured},
                      {"bound", result.bound},
                      {"passed", result.passed}});
  }
  const nlohmann::ordered_json json{{"schema", "integrad/verification/1"},
                                    {"model", model.string()},
                                    {"passed", passed},
                                    {"checks", checks}};
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::vector<TextInput> read_texts(const TextOptions& options, std::span<const std::string> given,
                                  const Interrupt* interrupt) {
  if (given.empty() && options.input.empty()) return verification_texts();
  std::vector<TextInput> texts;
  TextBlocks blocks(options, given, interrupt);
  for (TextBlock block; blocks.next(block);) {
    std::move(block.texts.begin(), block.texts.end(), std::back_inserter(texts));
  }
  return texts;
}

}  // namespace

int verify(Arguments given) {
  std::string model;
  int threads = 0;
  TextOptions text;
  OutputOptions out;
  CLI::App app("", "verify");
  app.add_option("--model", model);
  app.add_option("--threads", threads)->check(CLI::Range(0, 4096));
  add_text_options(app, text);
  add_output_options(app, out);
  const auto arguments = parse_arguments(app, verify_help, given);
  if (!arguments) return exit_done;

  Output output(out.output);
  const Format format =
      choose_format(out.format, out.output, true, {Format::terminal, Format::json});
  const std::vector<TextInput> texts = read_texts(text, *arguments, output.interrupt());
  const std::filesystem::path directory = model_or_default(model, out.quiet);
  const auto results =
      integrad::verify(directory, texts, threads, [&](const VerificationResult& result) {
        output.check_interrupt();
        if (format == Format::terminal) output.write(row(result));
      });
  const bool passed = std::all_of(results.begin(), results.end(),
                                  [](const VerificationResult& result) { return result.passed; });
  if (format == Format::json) output.write(json_of(directory, results, passed));
  output.commit();
  return passed ? exit_done : exit_our_error;
}

}  // namespace integrad::cli
