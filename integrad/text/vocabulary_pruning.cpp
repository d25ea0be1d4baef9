#include "integrad/text/vocabulary_pruning.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "integrad/base/atomic_file.h"
#include "integrad/base/error.h"
#include "integrad/text/json_tree.h"
#include "integrad/text/tokenizer_settings.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json read_json(const fs::path& file) {
  const std::string text = read_tokenizer_file(file);
  (void)parse_json_tree(text, file.string());  // for its errors and its limit of nesting
  return Json::parse(text);
}

void write_text(const fs::path& file, const std::string& text) {
  AtomicFile output(file);
  output.stream() << text;
  output.commit();
}

/// The prefix of pieces inside a word.
std::string prefix_of(const fs::path& directory) {
  const fs::path file = directory / "tokenizer.json";
  if (!file_exists(file)) {
    if (file_exists(directory / "vocab.txt")) return "##";
    throw UnsupportedModel(directory.string() +
                           ": no WordPiece vocabulary (tokenizer.json or vocab.txt), only such can "
                           "be pruned");
  }
  const JsonTree document = parse_json_tree(read_tokenizer_file(file), file.string());
  const JsonField model = JsonField(document, file.string()).at("model");
  const std::string type = model.string_or("type", "");
  if (type != "WordPiece") {
    throw UnsupportedModel(file.string() + ": the vocabulary is of type \"" + shown(type) +
                           "\"; only WordPiece can be pruned");
  }
  return model.string_or("continuing_subword_prefix", "##");
}

bool is_one_character(std::string_view piece, std::string_view prefix) {
  if (piece.size() > prefix.size() && piece.starts_with(prefix)) piece.remove_prefix(prefix.size());
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return std::count_if(piece.begin(), piece.end(), starts) == 1;
}

/// Old ids to new ones; -1 for a piece that goes.
class NewIds {
 public:
  explicit NewIds(std::span<const std::int32_t> kept)
      : ids_(static_cast<std::size_t>(kept.back()) + 1, -1), size_(kept.size()) {
    for (std::size_t i = 0; i < kept.size(); ++i) {
      ids_[static_cast<std::size_t>(kept[i])] = static_cast<std::int32_t>(i);
    }
  }
  std::int32_t of(std::int64_t id) const {
    return id < 0 || id >= static_cast<std::int64_t>(ids_.size())
               ? -1
               : ids_[static_cast<std::size_t>(id)];
  }
  /// For ids that are only hints, and may be wrong in the old file.
  void renew_or_last(Json& value) const {
    renew(value);
    if (value == -1) value = size_;
  }
  /// Puts the new id in the place of an old one; everything else stays.
  void renew(Json& value) const {
    if (value.is_number_integer()) value = of(value.get<std::int64_t>());
  }

 private:
  std::vector<std::int32_t> ids_;
  std::size_t size_;
};

/// The tables of ids of tokenizer.json: the vocabulary, added tokens, what a post-processor puts
/// around a text, padding.
void renew_document(Json& document, const NewIds& ids) {
  Json& vocabulary = document["model"]["vocab"];
  std::vector<std::pair<std::int32_t, std::string>> pieces;
  for (const auto& [piece, id] : vocabulary.items()) {
    const std::int32_t now = ids.of(id.get<std::int64_t>());
    if (now >= 0) pieces.emplace_back(now, piece);
  }
  std::sort(pieces.begin(), pieces.end());
  vocabulary = Json::object();
  for (auto& [id, piece] : pieces) vocabulary.push_back({std::move(piece), id});
  if (document.contains("added_tokens")) {
    for (Json& token : document["added_tokens"]) ids.renew_or_last(token["id"]);
  }
  if (document.contains("padding") && document["padding"].is_object()) {
    ids.renew(document["padding"]["pad_id"]);
  }
  const std::function<void(Json&)> post_processor = [&](Json& part) {
    if (!part.is_object()) return;
    if (part.contains("processors")) {
      for (Json& inner : part["processors"]) post_processor(inner);
    }
    for (const char* pair : {"cls", "sep"}) {  // ["[CLS]", 101]
      if (part.contains(pair) && part[pair].is_array() && part[pair].size() == 2) {
        ids.renew(part[pair][1]);
      }
    }
    if (!part.contains("special_tokens")) return;
    for (Json& token : part["special_tokens"]) {
      for (Json& id : token["ids"]) ids.renew(id);
    }
  };
  if (document.contains("post_processor")) post_processor(document["post_processor"]);
}

void prune_document(const fs::path& from, const NewIds& ids, const fs::path& to) {
  Json document = read_json(from);
  try {
    renew_document(document, ids);
  } catch (const Json::exception& error) {
    throw TokenizerError(from.string() + ": not built as a tokenizer.json is: " + error.what());
  }
  write_text(to, document.dump());
}

void prune_lines(const fs::path& from, std::span<const std::int32_t> kept, const fs::path& to) {
  const std::string text = read_tokenizer_file(from);
  std::vector<std::string_view> lines;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    lines.push_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  std::string pruned;
  for (const std::int32_t id : kept) {
    if (static_cast<std::size_t>(id) >= lines.size()) continue;  // an added token, of another file
    pruned += lines[static_cast<std::size_t>(id)];
    if (pruned.back() != '\n') pruned += '\n';
  }
  write_text(to, pruned);
}

/// "added_tokens_decoder" has ids for keys.
void prune_settings(const fs::path& from, const NewIds& ids, const fs::path& to) {
  Json settings = read_json(from);
  if (settings.is_object() && settings.contains("added_tokens_decoder") &&
      settings["added_tokens_decoder"].is_object()) {
    Json renewed = Json::object();
    for (const auto& [id, token] : settings["added_tokens_decoder"].items()) {
      renewed[std::to_string(ids.of(std::strtoll(id.c_str(), nullptr, 10)))] = token;
    }
    settings["added_tokens_decoder"] = std::move(renewed);
  }
  write_text(to, settings.dump(2) + "\n");
}

void prune_added(const fs::path& from, const NewIds& ids, const fs::path& to) {
  Json added = read_json(from);
  for (Json& id : added) ids.renew(id);
  write_text(to, added.dump(2) + "\n");
}

/// Contents of added tokens, wherever the files name them.
std::vector<std::string> added_tokens_of(const fs::path& directory) {
  std::vector<std::string> contents;
  for (const AddedToken& token : read_tokenizer_settings(directory).added_tokens) {
    contents.push_back(token.content);
  }
  const fs::path file = directory / "tokenizer.json";
  if (!file_exists(file)) return contents;
  const JsonTree document = parse_json_tree(read_tokenizer_file(file), file.string());
  if (const auto added = JsonField(document, file.string()).find("added_tokens")) {
    for (const JsonField& token : added->elements()) {
      contents.push_back(token.at("content").as_string());
    }
  }
  return contents;
}

}  // namespace

std::vector<std::int32_t> choose_pieces(const fs::path& directory, const Tokenizer& tokenizer,
                                        std::span<const std::int64_t> uses, std::int32_t size) {
  const std::string prefix = prefix_of(directory);
  const std::int32_t all = tokenizer.vocabulary_size();
  if (size >= all) {
    throw UsageError("the vocabulary has " + std::to_string(all) + " pieces; --size must be less");
  }
  std::vector<char> stays(static_cast<std::size_t>(all), 0);
  const auto keep = [&](std::int32_t id) { stays[static_cast<std::size_t>(id)] = 1; };
  for (const std::int32_t id : tokenizer.special_tokens().all) keep(id);
  for (const std::string& content : added_tokens_of(directory)) {
    if (const auto id = tokenizer.id(content)) keep(*id);
  }
  for (std::int32_t id = 0; id < all; ++id) {
    if (is_one_character(tokenizer.token(id), prefix)) keep(id);
  }
  const auto needed = static_cast<std::int32_t>(std::count(stays.begin(), stays.end(), 1));
  if (size < needed) {
    throw UsageError("special tokens and single characters alone are " + std::to_string(needed) +
                     " pieces; --size must be at least that");
  }
  std::vector<std::int32_t> others;
  for (std::int32_t id = 0; id < all; ++id) {
    if (stays[static_cast<std::size_t>(id)] == 0) others.push_back(id);
  }
  std::stable_sort(others.begin(), others.end(), [&](std::int32_t a, std::int32_t b) {
    return uses[static_cast<std::size_t>(a)] > uses[static_cast<std::size_t>(b)];
  });
  for (std::int32_t i = 0; i < size - needed; ++i) keep(others[static_cast<std::size_t>(i)]);
  std::vector<std::int32_t> kept;
  for (std::int32_t id = 0; id < all; ++id) {
    if (stays[static_cast<std::size_t>(id)] != 0) kept.push_back(id);
  }
  return kept;
}

void write_pruned_tokenizer(const fs::path& directory, std::span<const std::int32_t> kept,
                            const fs::path& folder) {
  const NewIds ids(kept);
  const auto there = [&](const char* name) { return file_exists(directory / name); };
  if (there("tokenizer.json")) {
    prune_document(directory / "tokenizer.json", ids, folder / "tokenizer.json");
  }
  if (there("vocab.txt")) prune_lines(directory / "vocab.txt", kept, folder / "vocab.txt");
  if (there("tokenizer_config.json")) {
    prune_settings(directory / "tokenizer_config.json", ids, folder / "tokenizer_config.json");
  }
  if (there("added_tokens.json")) {
    prune_added(directory / "added_tokens.json", ids, folder / "added_tokens.json");
  }
  if (there("special_tokens_map.json")) {
    write_text(folder / "special_tokens_map.json",
               read_tokenizer_file(directory / "special_tokens_map.json"));
  }
}

}  // namespace integrad
