// What the readers of a tokenizer.json's components share.
#pragma once

#include <string>
#include <string_view>

#include "integrad/text/decoder.h"
#include "integrad/text/json_tree.h"
#include "integrad/text/model.h"
#include "integrad/text/normalizer.h"
#include "integrad/text/pattern.h"
#include "integrad/text/pre_tokenizer.h"
#include "integrad/text/splitting.h"

namespace integrad {

/// Throws UnsupportedModel that names the component's place and type, and those that are supported.
[[noreturn]] void unsupported_component(const JsonField& field, std::string_view type,
                                        std::string_view supported);

/// {"String": …} or {"Regex": …}. Throws TokenizerError when the expression is malformed.
Pattern read_pattern(const JsonField& field);
/// "Removed", "Isolated", "MergedWithPrevious", "MergedWithNext" or "Contiguous".
SplitBehavior read_behavior(const JsonField& field);
/// A string of one character.
char32_t read_character(const JsonField& field);
/// A whole number from 0 on.
std::size_t read_count(const JsonField& field);

/// The components themselves; a Sequence becomes its steps.
Normalizer read_normalizer(const JsonField& field);
PreTokenizer read_pre_tokenizer(const JsonField& field);
Decoder read_decoder(const JsonField& field);
Model read_model(const JsonField& field);

/// The pieces of {"piece": id, …}.
Vocabulary read_piece_ids(const JsonField& field);

}  // namespace integrad
