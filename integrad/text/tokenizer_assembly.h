// The last steps from a tokenizer's files to its parts, which all kinds of files share.
#pragma once

#include <string>

#include "integrad/text/tokenizer_parts.h"
#include "integrad/text/tokenizer_settings.h"

namespace integrad {

/// The normalizer that the settings of BERT's classes describe.
BertNormalizer bert_normalizer(const TokenizerSettings& settings);

/// Adds the tokens that the settings name and prepares the parts for use. `from_json`: the parts
/// are a tokenizer.json's, whose added tokens keep their flags. `file` names the vocabulary in
/// errors. Throws TokenizerError.
void finish_tokenizer(const TokenizerSettings& settings, const std::string& file, bool from_json,
                      TokenizerParts& parts);

/// A special token as a piece of a template, type 0. Throws TokenizerError when it has no id.
TemplatePiece special_piece(const TokenizerParts& parts, const std::string& token,
                            const std::string& file);

/// [CLS] A [SEP], and [CLS] A [SEP] B [SEP] with the type of the second text for B and its [SEP].
PostProcessor bert_post_processor(TemplatePiece cls, const TemplatePiece& sep);

}  // namespace integrad
