#include "integrad/text/tokenizer_settings.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "integrad/base/error.h"
#include "integrad/text/json_tree.h"

namespace integrad {
namespace {

std::optional<JsonTree> read_if_present(const std::filesystem::path& file) {
  if (!file_exists(file)) return std::nullopt;
  return parse_json_tree(read_tokenizer_file(file), file.string());
}

// A token as an object with flags.
AddedToken read_token(const JsonField& field, bool special) {
  AddedToken token;
  token.content = field.at("content").as_string();
  token.special = special || field.bool_or("special", false);
  token.single_word = field.bool_or("single_word", false);
  token.lstrip = field.bool_or("lstrip", false);
  token.rstrip = field.bool_or("rstrip", false);
  token.normalized = field.bool_or("normalized", !token.special);
  return token;
}

// A special token as a string or as an object.
NamedToken read_named(const JsonField& field, const std::string& role, TokenizerClass kind) {
  if (field.value().string() == nullptr) return {role, read_token(field, true), TokenOrigin::file};
  return {role, plain_special_token(kind, role, field.as_string()), TokenOrigin::name};
}

void read_names(const JsonField& file, TokenizerClass kind, std::vector<NamedToken>& tokens) {
  const auto known = [&tokens](std::string_view role) {
    return std::ranges::count(tokens, role, &NamedToken::role) > 0;
  };
  for (const std::string role : {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token",
                                 "cls_token", "mask_token"}) {
    const auto field = file.find(role);
    if (field && !known(role)) tokens.push_back(read_named(*field, role, kind));
  }
  for (const std::string role : {"additional_special_tokens", "extra_special_tokens"}) {
    const auto field = file.find(role);
    if (!field || known(role)) continue;
    if (const auto* object = field->value().object()) {
      for (const JsonTreeMember& member : *object) {
        const JsonField token(member.value, file.file(), role + "." + shown(member.key));
        tokens.push_back(read_named(token, role, TokenizerClass::bert));
      }
    } else {
      for (const JsonField& token : field->elements()) {
        tokens.push_back(read_named(token, role, TokenizerClass::bert));
      }
    }
  }
}

void add_default_names(TokenizerClass kind, std::vector<NamedToken>& tokens) {
  std::vector<NamedToken> missing;
  for (NamedToken& named : default_special_tokens(kind)) {
    if (std::ranges::count(tokens, named.role, &NamedToken::role) == 0) {
      missing.push_back(std::move(named));
    }
  }
  tokens.insert(tokens.end(), missing.begin(), missing.end());
}

// {"id": {"content": …}, …}, in the order of the ids.
std::vector<AddedToken> read_added_tokens(const JsonField& decoder) {
  std::vector<std::pair<std::int64_t, AddedToken>> tokens;
  for (const JsonTreeMember& member : decoder.as_object()) {
    const JsonField field(member.value, decoder.file(),
                          "added_tokens_decoder." + shown(member.key));
    std::int64_t id = -1;
    const char* end = member.key.data() + member.key.size();
    const auto [stop, error] = std::from_chars(member.key.data(), end, id);
    if (error != std::errc() || stop != end || id < 0) field.fail("the key is not an id");
    AddedToken token;
    if (field.value().string() != nullptr) {
      token.content = field.as_string();
    } else {
      token = read_token(field, false);
    }
    tokens.emplace_back(id, std::move(token));
  }
  std::ranges::stable_sort(tokens, {}, &std::pair<std::int64_t, AddedToken>::first);
  std::vector<AddedToken> result;
  for (auto& [id, token] : tokens) result.push_back(std::move(token));
  return result;
}

// added_tokens.json of older checkpoints: {"content": id, …}.
std::vector<AddedToken> read_old_added_tokens(const JsonField& file,
                                              const std::vector<NamedToken>& special) {
  const std::unordered_set<std::string> contents = contents_of(special);
  std::vector<std::pair<std::int32_t, AddedToken>> tokens;
  for (const JsonTreeMember& member : file.as_object()) {
    AddedToken token;
    token.content = member.key;
    token.special = contents.contains(member.key);
    token.normalized = !token.special;
    tokens.emplace_back(JsonField(member.value, file.file(), shown(member.key)).as_id(), token);
  }
  std::ranges::stable_sort(tokens, {}, &std::pair<std::int32_t, AddedToken>::first);
  std::vector<AddedToken> result;
  for (auto& [id, token] : tokens) result.push_back(std::move(token));
  return result;
}

void read_config(const JsonField& config, TokenizerSettings& settings) {
  const bool lowers = settings.kind != TokenizerClass::deberta_v2;
  settings.do_lower_case = config.bool_or("do_lower_case", lowers);
  settings.add_prefix_space = config.bool_or("add_prefix_space", false);
  settings.trim_offsets = config.bool_or("trim_offsets", true);
  settings.keep_accents = config.bool_or("keep_accents", false);
  settings.split_by_punct = config.bool_or("split_by_punct", false);
  settings.clean_up_spaces = config.bool_or("clean_up_tokenization_spaces", false);
  settings.tokenize_chinese_chars = config.bool_or("tokenize_chinese_chars", true);
  settings.split_special_tokens = config.bool_or("split_special_tokens", false);
  if (const auto field = config.find("strip_accents")) settings.strip_accents = field->as_bool();
  if (const auto field = config.find("model_max_length")) {
    const double longest = field->as_number();
    if (!(longest >= 1)) field->fail("expected a positive number");
    // Longer than any text: transformers writes 1e30 for "unlimited".
    if (longest < 1e15) settings.model_max_length = static_cast<std::ptrdiff_t>(longest);
  }
  if (const auto field = config.find("truncation_side")) {
    const std::string& side = field->as_string();
    if (side != "left" && side != "right") field->fail("expected \"left\" or \"right\"");
    settings.truncate_left = side == "left";
  }
}

}  // namespace

const std::string& TokenizerSettings::special(const std::string& role) const {
  const auto found = std::ranges::find(special_tokens, role, &NamedToken::role);
  if (found == special_tokens.end()) throw TokenizerError(file + ": no " + role);
  return found->token.content;
}

std::unordered_set<std::string> contents_of(const std::vector<NamedToken>& tokens) {
  std::unordered_set<std::string> contents;
  for (const NamedToken& named : tokens) contents.insert(named.token.content);
  return contents;
}

TokenizerSettings settings_of_class(const TokenizerSettings& settings, TokenizerClass kind) {
  TokenizerSettings result = settings;
  result.kind = kind;
  for (NamedToken& named : result.special_tokens) {
    if (named.origin == TokenOrigin::name)
      named.token = plain_special_token(kind, named.role, named.token.content);
  }
  std::erase_if(result.special_tokens,
                [](const NamedToken& named) { return named.origin == TokenOrigin::assumed; });
  add_default_names(kind, result.special_tokens);
  return result;
}

TokenizerSettings read_tokenizer_settings(const std::filesystem::path& directory) {
  TokenizerSettings settings;
  const JsonTree nothing{JsonTree::Object{}};
  const auto path = [&directory](const char* name) { return (directory / name).string(); };
  settings.file = path("tokenizer_config.json");
  const auto config_value = read_if_present(settings.file);
  const auto map_value = read_if_present(path("special_tokens_map.json"));
  const JsonField config(config_value ? *config_value : nothing, settings.file);
  const JsonField map(map_value ? *map_value : nothing, path("special_tokens_map.json"));

  std::string model_type;
  settings.class_name = config.string_or("tokenizer_class", "");
  if (settings.class_name.empty()) {
    if (const auto model_value = read_if_present(path("config.json"))) {
      const JsonField model(*model_value, path("config.json"));
      settings.class_name = model.string_or("tokenizer_class", "");
      model_type = model.string_or("model_type", "");
    }
  }
  settings.kind = classify_tokenizer(settings.class_name, model_type);
  read_config(config, settings);

  // Newer checkpoints (with added_tokens_decoder) name the special tokens in the config, older
  // ones in the map.
  const auto decoder = config.find("added_tokens_decoder");
  read_names(decoder ? config : map, settings.kind, settings.special_tokens);
  read_names(decoder ? map : config, settings.kind, settings.special_tokens);
  add_default_names(settings.kind, settings.special_tokens);
  if (decoder) {
    settings.added_tokens = read_added_tokens(*decoder);
  } else if (const auto added = read_if_present(path("added_tokens.json"))) {
    const JsonField file(*added, path("added_tokens.json"));
    settings.added_tokens = read_old_added_tokens(file, settings.special_tokens);
  }
  return settings;
}

}  // namespace integrad
