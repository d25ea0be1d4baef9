#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/default_model.h"
#include "cli/format.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/program.h"
#include "integrad/checkpoint/config_file.h"
#include "integrad/checkpoint/weight_files.h"
#include "integrad/models/layer_names.h"
#include "integrad/render/visible_text.h"
#include "integrad/text/tokenizer.h"

namespace integrad::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string problem_name(const ModelConfig& config) {
  switch (config.problem) {
    case Problem::multi_label:
      return "multi_label_classification";
    case Problem::regression:
      return "regression";
    case Problem::single_label:
      break;
  }
  return "single_label_classification";
}

/// Whether capitals become small letters, seen by trying; none when the vocabulary cannot tell.
Json lower_case(const Tokenizer& tokenizer) {
  const Encoding encoding = tokenizer.encode("A");
  for (std::size_t i = 0; i < encoding.tokens.size(); ++i) {
    if (encoding.special[i] != 0) continue;
    if (encoding.tokens[i] == "a") return true;
    if (encoding.tokens[i] == "A") return false;
  }
  return nullptr;
}

Json special_tokens(const Tokenizer& tokenizer) {
  Json tokens = Json::object();
  for (const std::int32_t id : tokenizer.special_tokens().all) tokens[tokenizer.token(id)] = id;
  return tokens;
}

/// Everything that is known, for both formats. Loads the weights, so that a model that passes here
/// can be explained.
Json facts_of(const std::filesystem::path& directory) {
  const ConfigFile file = ConfigFile::load(directory);
  const ModelConfig config = read_model_config(file);
  const Tokenizer tokenizer = Tokenizer::load(directory);
  const WeightFiles weights = WeightFiles::open(directory);
  auto network = Classifier<float>::load(config, weights);

  std::map<std::string, Index> dtypes;
  for (const std::string& name : weights.names()) ++dtypes[weights.dtype(name)];
  Json layers = Json::array();
  for (const LayerName& layer : layer_names(config)) {
    layers.push_back({{"name", layer.name}, {"module", layer.module}});
  }
  const auto limit = tokenizer.model_max_length();
  return {{"schema", "integrad/model/1"},
          {"path", directory.string()},
          {"family", config.family->model_type},
          {"architecture", file.architecture()},
          {"problem_type", problem_name(config)},
          {"labels", config.labels},
          {"hidden_size", config.hidden_size},
          {"layers_count", config.blocks / config.inner_blocks},
          {"attention_heads", config.heads},
          {"intermediate_size", config.inner_size},
          {"vocabulary_size", config.vocabulary_size},
          {"positions", config.positions},
          {"token_types", config.token_types},
          {"longest_text", limit ? std::min<Index>(*limit, config.longest) : config.longest},
          {"activation",
           file.string(config.family->activation, std::string(config.family->activation_fallback))},
          {"parameters", network.parameter_count()},
          {"tensors", dtypes},
          {"sha256", weights.sha256()},
          {"layers", layers},
          {"tokenizer",
           {{"vocabulary_size", tokenizer.vocabulary_size()},
            {"model_max_length", limit ? Json(*limit) : Json(nullptr)},
            {"special_tokens", special_tokens(tokenizer)},
            {"lower_case", lower_case(tokenizer)}}}};
}

std::string shown(const Json& value) {
  if (value.is_string()) return visible_text(value.get<std::string>(), Lines::show);
  if (value.is_null()) return "unknown";
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  return value.dump();
}

/// "[PAD] 0, [UNK] 1" of {"[PAD]": 0, "[UNK]": 1}.
std::string shown_pairs(const Json& object) {
  std::string text;
  for (const auto& [name, value] : object.items()) {
    text += (text.empty() ? "" : ", ") + visible_text(name, Lines::show) + " " + shown(value);
  }
  return text.empty() ? "none" : text;
}

std::string table(const Json& facts) {
  std::string out;
  const auto line = [&](const std::string& name, const std::string& value) {
    out += name + std::string(name.size() < 20 ? 20 - name.size() : 1, ' ') + value + "\n";
  };
  const auto fact = [&](const std::string& name, const char* key) {
    line(name, shown(facts[key]));
  };
  fact("model", "path");
  fact("family", "family");
  fact("architecture", "architecture");
  fact("problem type", "problem_type");
  std::string labels;
  for (std::size_t c = 0; c < facts["labels"].size(); ++c) {
    labels += (c == 0 ? "" : ", ") + std::to_string(c) + " " + shown(facts["labels"][c]);
  }
  line("labels", labels);
  fact("hidden size", "hidden_size");
  fact("layers", "layers_count");
  fact("attention heads", "attention_heads");
  fact("intermediate size", "intermediate_size");
  fact("vocabulary", "vocabulary_size");
  fact("token types", "token_types");
  line("longest text", shown(facts["longest_text"]) + " tokens");
  fact("activation", "activation");
  fact("parameters", "parameters");
  line("stored tensors", shown_pairs(facts["tensors"]));
  fact("sha256", "sha256");
  const Json& tokenizer = facts["tokenizer"];
  line("tokenizer", shown(tokenizer["vocabulary_size"]) +
                        " tokens, lower case: " + shown(tokenizer["lower_case"]));
  line("special tokens", shown_pairs(tokenizer["special_tokens"]));
  out += "names for --layer (either column, or the end of the second):\n";
  for (const Json& layer : facts["layers"]) {
    line("  " + shown(layer["name"]), shown(layer["module"]));
  }
  return out;
}

}  // namespace

int inspect(Arguments given) {
  std::string model;
  OutputOptions out;
  CLI::App app("", "inspect");
  app.add_option("--model", model);
  add_output_options(app, out);
  const auto texts = parse_arguments(app, inspect_help, given);
  if (!texts) return exit_done;
  refuse_texts(*texts);

  Output output(out.output);
  const Format format =
      choose_format(out.format, out.output, true, {Format::terminal, Format::json});
  const Json facts = facts_of(model_or_default(model, out.quiet));
  output.write(format == Format::json
                   ? facts.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"
                   : table(facts));
  output.commit();
  return exit_done;
}

}  // namespace integrad::cli
