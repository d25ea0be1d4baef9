// Hugging Face's tokenizer classes, as far as they matter beyond tokenizer.json: which special
// tokens a class has when no file names them, and with which flags.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "integrad/text/added_tokens.h"

namespace integrad {

/// Which of Hugging Face's classes makes the tokenizer.
enum class TokenizerClass {
  bert,         // BertTokenizer and its like: the settings win over tokenizer.json's normalizer
  mpnet,        // the same with <s>, </s>, <pad>, <mask>
  roberta,      // RobertaTokenizer and its like: byte-level BPE
  deberta,      // the same with [CLS] and [SEP]
  albert,       // SentencePiece with [CLS] and [SEP]
  xlm_roberta,  // SentencePiece with <s> and </s>, its ids in fairseq's order
  camembert,    // the same with an order of its own
  deberta_v2,   // SentencePiece with [CLS] and [SEP], [MASK] behind all pieces
  other,        // tokenizer.json as it is
  none,         // no file says: tokenizer.json as it is, a vocab.txt as BERT's, and so on
};

/// Where a special token is known from.
enum class TokenOrigin {
  file,     // a file, with its flags
  name,     // a file, its content only: the flags are the class's
  assumed,  // the class
};

/// A role and the token that plays it.
struct NamedToken {
  std::string role;  // "cls_token", "additional_special_tokens", …
  AddedToken token;
  TokenOrigin origin = TokenOrigin::assumed;
};

/// The class of this name, else that of config.json's model_type; both may be "".
TokenizerClass classify_tokenizer(std::string_view class_name, std::string_view model_type);

/// What a class makes of a special token that is given as a plain string.
AddedToken plain_special_token(TokenizerClass kind, std::string_view role, std::string content);

/// Whether transformers holds this special token as an object with flags, not as a string.
bool has_own_flags(TokenizerClass kind, const NamedToken& named);

/// The special tokens of a class: unk, sep, pad, cls and mask at least.
std::vector<NamedToken> default_special_tokens(TokenizerClass kind);

}  // namespace integrad
