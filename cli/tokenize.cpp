#include <CLI/CLI.hpp>
#include <algorithm>
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
#include "cli/truncation_warning.h"
#include "integrad/render/visible_text.h"
#include "integrad/text/tokenizer.h"

namespace integrad::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string json_line(const TextInput& input, const Encoding& encoding) {
  Json offsets = Json::array(), words = Json::array(), special = Json::array();
  for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
    offsets.push_back({encoding.offsets[i].start, encoding.offsets[i].end});
    words.push_back(encoding.words[i] < 0 ? Json(nullptr) : Json(encoding.words[i]));
    special.push_back(encoding.special[i] != 0);
  }
  const Json json{{"text", input.text},
                  {"text_pair", input.text_pair ? Json(*input.text_pair) : Json(nullptr)},
                  {"ids", encoding.ids},
                  {"type_ids", encoding.type_ids},
                  {"tokens", encoding.tokens},
                  {"offsets", offsets},
                  {"words", words},
                  {"segments", encoding.segments},
                  {"special", special},
                  {"truncated_tokens", encoding.truncated_tokens}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string padded(std::string cell, std::size_t width, std::size_t columns) {
  return columns < width ? cell.append(width - columns, ' ') : cell;
}

/// Characters, not bytes, so that pieces in any script line up.
std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// A line a token: id, type, bytes, word, piece, the characters that it stands for.
std::string table(const TextInput& input, const Encoding& encoding) {
  std::string out = "    id  type  bytes      word  piece\n";
  for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
    const std::string id = std::to_string(encoding.ids[i]);
    const std::string type = std::to_string(encoding.type_ids[i]);
    const ByteRange range = encoding.offsets[i];
    const bool special = encoding.special[i] != 0;
    const std::string bytes =
        special ? "" : std::to_string(range.start) + "-" + std::to_string(range.end);
    const std::string word = special ? "" : std::to_string(encoding.words[i]);
    std::string piece = visible_text(encoding.tokens[i], Lines::show);
    const std::string& text =
        encoding.segments[i] == 1 && input.text_pair ? *input.text_pair : input.text;
    out += std::string(6 - std::min<std::size_t>(6, id.size()), ' ') + id + "  " +
           padded(type, 6, type.size()) + padded(bytes, 11, bytes.size()) +
           padded(word, 6, word.size());
    if (special) {
      out += piece + "\n";
      continue;
    }
    const std::size_t width = characters(piece);
    out += padded(std::move(piece), 20, width) + "  " +
           visible_text(
               std::string_view(text).substr(static_cast<std::size_t>(range.start),
                                             static_cast<std::size_t>(range.end - range.start)),
               Lines::show) +
           "\n";
  }
  return out;
}

}  // namespace

int tokenize(Arguments given) {
  std::string model;
  TextOptions text;
  OutputOptions out;
  EncodeOptions options;
  CLI::App app("", "tokenize");
  app.add_option("--model", model);
  add_text_options(app, text);
  add_output_options(app, out);
  app.add_option_function<Index>("--max-length",
                                 [&options](const Index& tokens) { options.max_length = tokens; })
      ->check(CLI::Range(Index{1}, Index{1'000'000'000}));
  const auto texts = parse_arguments(app, tokenize_help, given);
  if (!texts) return exit_done;

  Output output(out.output);
  const Format format = choose_format(out.format, out.output, output.is_terminal(),
                                      {Format::terminal, Format::json, Format::jsonl});
  TextBlocks blocks(text, *texts, output.interrupt());
  const Tokenizer tokenizer =
      Tokenizer::load(model_or_default(model, out.quiet, HubNeed::tokenizer));
  if (!options.max_length) options.max_length = tokenizer.model_max_length();

  TruncationCounter truncation;
  TextBlock block;
  bool first = true;
  while (blocks.next(block)) {
    for (const TextInput& input : block.texts) {
      const Encoding encoding = input.text_pair
                                    ? tokenizer.encode_pair(input.text, *input.text_pair, options)
                                    : tokenizer.encode(input.text, options);
      truncation.add(encoding.truncated_tokens);
      switch (format) {
        case Format::jsonl:
          output.write(json_line(input, encoding) + "\n");
          break;
        case Format::json:
          output.write((first ? "[\n" : ",\n") + json_line(input, encoding));
          break;
        default:
          output.write((first ? "" : "\n") + table(input, encoding));
      }
      first = false;
    }
  }
  if (format == Format::json) output.write("\n]\n");
  output.commit();
  if (!out.quiet && options.max_length) {
    const Index limit = *options.max_length;
    ExplainOptions cut;
    cut.max_length = limit;
    truncation.warn(cut, tokenizer.model_max_length().value_or(limit));
  }
  return exit_done;
}

}  // namespace integrad::cli
