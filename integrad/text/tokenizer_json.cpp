#include "integrad/text/tokenizer_json.h"

#include <limits>
#include <string>

#include "integrad/base/error.h"

namespace integrad {
namespace {

[[noreturn]] void unsupported(const JsonField& field, const std::string& type,
                              const std::string& supported) {
  throw UnsupportedModel(field.where() + ": the type '" + shown(type) +
                         "' is not supported; supported: " + supported);
}

void append_normalizer(const JsonField& field, Normalizer& normalizer) {
  const std::string& type = field.at("type").as_string();
  if (type == "BertNormalizer") {
    BertNormalizer bert;
    bert.clean_text = field.bool_or("clean_text", true);
    bert.handle_chinese_chars = field.bool_or("handle_chinese_chars", true);
    if (const auto strip = field.find("strip_accents")) bert.strip_accents = strip->as_bool();
    bert.lowercase = field.bool_or("lowercase", true);
    normalizer.steps.emplace_back(bert);
  } else if (type == "Lowercase") {
    normalizer.steps.emplace_back(LowercaseNormalizer{});
  } else if (type == "NFD") {
    normalizer.steps.emplace_back(NfdNormalizer{});
  } else if (type == "StripAccents") {
    normalizer.steps.emplace_back(StripAccentsNormalizer{});
  } else if (type == "Sequence") {
    for (const JsonField& step : field.at("normalizers").elements()) {
      append_normalizer(step, normalizer);
    }
  } else {
    unsupported(field, type, "BertNormalizer, Lowercase, NFD, StripAccents and Sequence");
  }
}

void append_pre_tokenizer(const JsonField& field, PreTokenizer& pre_tokenizer) {
  const std::string& type = field.at("type").as_string();
  if (type == "BertPreTokenizer") {
    pre_tokenizer.steps.push_back(PreTokenizerStep::bert);
  } else if (type == "Whitespace") {
    pre_tokenizer.steps.push_back(PreTokenizerStep::whitespace);
  } else if (type == "WhitespaceSplit") {
    pre_tokenizer.steps.push_back(PreTokenizerStep::whitespace_split);
  } else if (type == "Punctuation") {
    const std::string behavior = field.string_or("behavior", "Isolated");
    if (behavior != "Isolated") {
      unsupported(field, "Punctuation with behavior " + behavior, "the behavior Isolated");
    }
    pre_tokenizer.steps.push_back(PreTokenizerStep::punctuation);
  } else if (type == "Sequence") {
    for (const JsonField& step : field.at("pretokenizers").elements()) {
      append_pre_tokenizer(step, pre_tokenizer);
    }
  } else {
    unsupported(field, type,
                "BertPreTokenizer, Whitespace, WhitespaceSplit, Punctuation and Sequence");
  }
}

// Old files leave the type out.
std::string model_type(const JsonField& field) {
  if (const auto type = field.find("type")) return type->as_string();
  if (field.find("merges")) return "BPE";
  if (field.find("continuing_subword_prefix")) return "WordPiece";
  const auto vocabulary = field.find("vocab");
  return vocabulary && vocabulary->value().array() != nullptr ? "Unigram" : "WordLevel";
}

WordPiece read_model(const JsonField& field) {
  const std::string type = model_type(field);
  if (type != "WordPiece") unsupported(field, type, "WordPiece");
  WordPiece model;
  model.unknown_token = field.at("unk_token").as_string();
  model.continuing_prefix = field.at("continuing_subword_prefix").as_string();
  model.longest_word = static_cast<std::size_t>(
      field.at("max_input_chars_per_word").as_integer(0, std::numeric_limits<std::int64_t>::max()));
  const JsonField vocabulary = field.at("vocab");
  const JsonTree::Object& members = vocabulary.as_object();
  std::size_t bytes = 0;
  for (const JsonTreeMember& member : members) bytes += member.key.size();
  model.vocabulary.reserve(members.size(), bytes);
  for (const JsonTreeMember& member : members) {
    const auto* id = std::get_if<std::int64_t>(&member.value.value);
    if (id == nullptr || *id < 0 || *id >= std::numeric_limits<std::int32_t>::max()) {
      // Names the piece and says what is wrong with it.
      JsonField(member.value, vocabulary.file(), "model.vocab['" + shown(member.key) + "']")
          .as_id();
    }
    model.vocabulary.add(member.key, static_cast<std::int32_t>(*id));
  }
  return model;
}

AddedToken read_added_token(const JsonField& field) {
  AddedToken token;
  field.at("id").as_id();  // advisory, but a negative one shows a broken file
  token.content = field.at("content").as_string();
  token.special = field.bool_or("special", false);
  token.single_word = field.bool_or("single_word", false);
  token.lstrip = field.bool_or("lstrip", false);
  token.rstrip = field.bool_or("rstrip", false);
  token.normalized = field.bool_or("normalized", !token.special);
  return token;
}

}  // namespace

TokenizerJson read_tokenizer_json(const JsonField& document) {
  TokenizerJson result;
  if (const auto version = document.find("version"); version && version->as_string() != "1.0") {
    throw UnsupportedModel(version->where() + ": expected \"1.0\", found \"" +
                           shown(version->as_string()) + "\"");
  }
  result.model = read_model(document.at("model"));
  if (const auto field = document.find("normalizer")) {
    append_normalizer(*field, result.normalizer.emplace());
  }
  if (const auto field = document.find("pre_tokenizer")) {
    append_pre_tokenizer(*field, result.pre_tokenizer);
  }
  if (const auto field = document.find("added_tokens")) {
    for (const JsonField& token : field->elements()) {
      result.added_tokens.push_back(read_added_token(token));
    }
  }
  result.post_processor = read_post_processor(document.find("post_processor"));
  if (const auto truncation = document.find("truncation")) {
    if (const auto side = truncation->find("direction")) {
      result.truncate_left = side->as_string() == "Left";
    }
  }
  return result;
}

}  // namespace integrad
