#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/default_model.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/new_folder.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/program.h"
#include "integrad/base/atomic_file.h"
#include "integrad/base/error.h"
#include "integrad/checkpoint/weight_conversion.h"
#include "integrad/render/visible_text.h"
#include "integrad/training/save.h"

namespace integrad::cli {
namespace {

namespace fs = std::filesystem;

void write_config(const fs::path& model, Dtype dtype, const fs::path& folder) {
  AtomicFile file(folder / "config.json");
  file.stream() << config_with_dtype(model, dtype);
  file.commit();
}

std::string summary(const WeightConversion& done, Dtype dtype, const std::string& output) {
  std::string text = std::to_string(done.tensors) + " tensors as " +
                     std::string(dtype_name(dtype)) + " in " + visible_text(output, Lines::show);
  for (std::size_t i = 0; i < done.left_out.size(); ++i) {
    text += i == 0 ? "; left out, no weights: " : ", ";
    text += visible_text(done.left_out[i], Lines::show);
  }
  return text + "\n";
}

}  // namespace

int convert(Arguments given) {
  std::string model, output, dtype_name = "f32";
  bool force = false, quiet = false;
  CLI::App app("", "convert");
  app.add_option("--model", model);
  app.add_option("--output", output);
  app.add_option("--dtype", dtype_name);
  app.add_flag("--force", force);
  app.add_flag("--quiet", quiet);
  const auto texts = parse_arguments(app, convert_help, given);
  if (!texts) return exit_done;
  refuse_texts(*texts);
  if (output.empty()) {
    throw UsageError(
        "no --output; give the folder that is to be written (integrad convert --help)");
  }
  const Dtype dtype = parse_dtype(dtype_name);
  const fs::path source = model_or_default(model, quiet);
  const WeightFiles weights = WeightFiles::open(source);

  WeightConversion done;
  {
    const Interrupt interrupt;  // before the folder: destroyed after it
    NewFolder folder(output, source, force);
    write_config(source, dtype, folder.path());
    copy_tokenizer_files(source, folder.path());
    done = convert_weights(weights, dtype, folder.path() / "model.safetensors",
                           [&] { interrupt.check(); });
    interrupt.check();
    folder.commit();
  }
  if (!quiet) Output("").write(summary(done, dtype, output));
  return exit_done;
}

}  // namespace integrad::cli
