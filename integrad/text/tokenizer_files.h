// From the files of a checkpoint to the parts of a tokenizer.
#pragma once

#include <filesystem>
#include <string_view>

#include "integrad/text/json_tree.h"
#include "integrad/text/tokenizer_parts.h"
#include "integrad/text/tokenizer_settings.h"

namespace integrad {

/// Reads tokenizer.json, or vocab.txt when there is none, with the files beside it.
/// Throws TokenizerError or UnsupportedModel.
TokenizerParts read_tokenizer(const std::filesystem::path& checkpoint_directory);

/// The tokenizer of a tokenizer.json and the settings beside it.
TokenizerParts build_from_json(const JsonField& document, const TokenizerSettings& settings);

/// The tokenizer of a vocab.txt (line i is the piece of id i) and the settings beside it. `file`
/// names the vocabulary in errors.
TokenizerParts build_from_vocabulary(std::string_view vocabulary, const std::string& file,
                                     const TokenizerSettings& settings);

}  // namespace integrad
