// The components of a tokenizer.json: normalizer, pre-tokenizer, model, added tokens,
// post-processor, decoder.
#pragma once

#include <optional>
#include <vector>

#include "integrad/text/added_tokens.h"
#include "integrad/text/decoder.h"
#include "integrad/text/json_tree.h"
#include "integrad/text/model.h"
#include "integrad/text/normalizer.h"
#include "integrad/text/post_processor.h"
#include "integrad/text/pre_tokenizer.h"

namespace integrad {

/// What a tokenizer.json says, before tokenizer_config.json has its word. Its "truncation" and
/// "padding" blocks are no part of it: transformers applies them only when a call asks.
struct TokenizerJson {
  std::optional<Normalizer> normalizer;  // none: null in the file
  PreTokenizer pre_tokenizer;
  Model model;
  std::vector<AddedToken> added_tokens;
  PostProcessor post_processor;
  std::optional<Decoder> decoder;  // none: pieces are joined by spaces
  std::optional<bool> truncate_left;
};

/// Reads the document. Throws TokenizerError when it is malformed, UnsupportedModel with the name
/// of the component when it asks for one that is not built here.
TokenizerJson read_tokenizer_json(const JsonField& document);

/// Reads "post_processor" (null: none). Special tokens that a template names must be defined there.
PostProcessor read_post_processor(const std::optional<JsonField>& field);

}  // namespace integrad
