#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <filesystem>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/default_model.h"
#include "cli/fault_report.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/labelled_data.h"
#include "cli/new_folder.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/program.h"
#include "integrad/base/atomic_file.h"
#include "integrad/base/error.h"
#include "integrad/checkpoint/config_file.h"
#include "integrad/checkpoint/weight_conversion.h"
#include "integrad/render/visible_text.h"
#include "integrad/text/tokenizer.h"
#include "integrad/text/vocabulary_pruning.h"

namespace integrad::cli {
namespace {

namespace fs = std::filesystem;

/// How often texts use each piece, special tokens around them not counted.
struct Uses {
  std::vector<std::int64_t> of_piece;
  std::int64_t tokens = 0, unknown = 0;
};

Uses count_uses(const std::vector<TextInput>& texts, const Tokenizer& tokenizer,
                const Interrupt& interrupt) {
  Uses uses{std::vector<std::int64_t>(static_cast<std::size_t>(tokenizer.vocabulary_size()), 0)};
  const auto unknown = tokenizer.special_tokens().unk;
  for (const TextInput& text : texts) {
    interrupt.check();
    const Encoding encoding = text.text_pair ? tokenizer.encode_pair(text.text, *text.text_pair)
                                             : tokenizer.encode(text.text);
    for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
      if (encoding.special[i]) continue;
      ++uses.of_piece[static_cast<std::size_t>(encoding.ids[i])];
      ++uses.tokens;
      if (unknown && encoding.ids[i] == *unknown) ++uses.unknown;
    }
  }
  return uses;
}

std::string percent(double part, double whole) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f %%", whole > 0 ? 100 * part / whole : 0.0);
  return text.data();
}

std::string summary(const Uses& before, const Uses& after, std::span<const std::int32_t> kept,
                    std::size_t texts, const std::string& output) {
  std::int64_t covered = 0;
  for (const std::int32_t id : kept) covered += before.of_piece[static_cast<std::size_t>(id)];
  const auto tokens = static_cast<double>(before.tokens);
  return "kept " + std::to_string(kept.size()) + " of " + std::to_string(before.of_piece.size()) +
         " pieces, " + percent(static_cast<double>(covered), tokens) + " of the tokens of " +
         std::to_string(texts) + " texts; " +
         percent(static_cast<double>(after.tokens - before.tokens), tokens) +
         " more tokens now, unknown " + percent(static_cast<double>(before.unknown), tokens) +
         " before, " +
         percent(static_cast<double>(after.unknown), static_cast<double>(after.tokens)) +
         " now; in " + visible_text(output, Lines::show) + "\n";
}

void write_config(const fs::path& model, Dtype dtype, std::span<const std::int32_t> kept,
                  const fs::path& folder) {
  AtomicFile file(folder / "config.json");
  file.stream() << config_with_vocabulary(model, dtype, kept);
  file.commit();
}

}  // namespace

int prune_vocabulary(Arguments given) {
  std::string model, output, dtype_name = "f32";
  std::int32_t size = 0;
  bool force = false, quiet = false;
  DataOptions data;
  CLI::App app("", "prune-vocabulary");
  app.add_option("--model", model);
  app.add_option("--output", output);
  app.add_option("--size", size);
  app.add_option("--dtype", dtype_name);
  app.add_flag("--force", force);
  app.add_flag("--quiet", quiet);
  add_data_options(app, data);
  const auto texts = parse_arguments(app, prune_vocabulary_help, given);
  if (!texts) return exit_done;
  refuse_texts(*texts);
  if (output.empty()) throw UsageError("no --output; give the folder that is to be written");
  if (size <= 0) throw UsageError("no --size; give the number of pieces that are to stay");
  const Dtype dtype = parse_dtype(dtype_name);
  const fs::path source = model_or_default(model, quiet);
  const Tokenizer tokenizer = Tokenizer::load(source);
  const Index rows = ConfigFile::load(source).integer("vocab_size", 1, INT32_MAX);
  const WeightFiles weights = WeightFiles::open(source);
  const WrittenLabels labelled = read_labelled(data, Split::train);
  report_faults(labelled.faults);

  const Interrupt interrupt;  // before the folder: destroyed after it
  const Uses before = count_uses(labelled.texts, tokenizer, interrupt);
  const std::vector<std::int32_t> kept = choose_pieces(source, tokenizer, before.of_piece, size);
  if (kept.back() >= rows) {
    throw UsageError("the tokenizer has ids up to " + std::to_string(kept.back()) +
                     ", the model a table of " + std::to_string(rows) +
                     " rows; do they belong together?");
  }
  NewFolder folder(output, source, force);
  write_config(source, dtype, kept, folder.path());
  write_pruned_tokenizer(source, kept, folder.path());
  convert_weights(weights, dtype, folder.path() / "model.safetensors", [&] { interrupt.check(); },
                  {rows, kept});
  const Uses after = count_uses(labelled.texts, Tokenizer::load(folder.path()), interrupt);
  folder.commit();
  if (!quiet) Output("").write(summary(before, after, kept, labelled.texts.size(), output));
  return exit_done;
}

}  // namespace integrad::cli
