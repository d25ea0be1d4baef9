#include "integrad/text/tokenizer_json.h"

#include <string>

#include "integrad/base/error.h"
#include "integrad/text/component_json.h"

namespace integrad {
namespace {

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
    result.normalizer = read_normalizer(*field);
  }
  if (const auto field = document.find("pre_tokenizer")) {
    result.pre_tokenizer = read_pre_tokenizer(*field);
  }
  if (const auto field = document.find("added_tokens")) {
    for (const JsonField& token : field->elements()) {
      result.added_tokens.push_back(read_added_token(token));
    }
  }
  result.post_processor = read_post_processor(document.find("post_processor"));
  if (const auto field = document.find("decoder")) result.decoder = read_decoder(*field);
  if (const auto truncation = document.find("truncation")) {
    if (const auto side = truncation->find("direction")) {
      result.truncate_left = side->as_string() == "Left";
    }
  }
  return result;
}

}  // namespace integrad
