// From the files of a checkpoint to the parts of a tokenizer.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "integrad/text/json_tree.h"
#include "integrad/text/tokenizer_parts.h"
#include "integrad/text/tokenizer_settings.h"

namespace integrad {

/// Reads tokenizer.json, or what an older checkpoint has instead (vocab.txt, vocab.json and
/// merges.txt, a SentencePiece model), with the files beside it. Throws TokenizerError or
/// UnsupportedModel.
TokenizerParts read_tokenizer(const std::filesystem::path& checkpoint_directory);

/// The tokenizer of a tokenizer.json and the settings beside it.
TokenizerParts build_from_json(const JsonField& document, const TokenizerSettings& settings);

/// The tokenizer of a vocab.txt (line i is the piece of id i) and the settings beside it. `file`
/// names the vocabulary in errors.
TokenizerParts build_from_vocabulary(std::string_view vocabulary, const std::string& file,
                                     const TokenizerSettings& settings);

/// The byte-level tokenizer of RoBERTa's vocab.json and merges.txt, as RobertaTokenizer reads them:
/// the first line of merges.txt is a version, and what follows the last line end does not count.
TokenizerParts build_from_merges(const JsonField& vocabulary, std::string_view merges,
                                 const TokenizerSettings& settings);

/// The tokenizer that transformers makes of a SentencePiece model for ALBERT, XLM-RoBERTa,
/// CamemBERT or DeBERTa-v2, whichever the settings say. `file` names the model in errors.
TokenizerParts build_from_sentencepiece(std::string_view bytes, const std::string& file,
                                        const TokenizerSettings& settings);

}  // namespace integrad
