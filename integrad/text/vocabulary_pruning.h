// A WordPiece vocabulary with fewer pieces: which ones stay, and the tokenizer's files written
// again with their ids counted anew. Texts then split into more, shorter pieces where one is gone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "integrad/text/tokenizer.h"

namespace integrad {

/// Ids of the `size` pieces that stay, ascending; the new id of a piece is its place in this list.
/// Special and added tokens stay, single characters with and without the prefix (so that every
/// word that could be split still can), then those of most uses, of equal ones the smaller id.
/// uses[id]: how often the texts use a piece. Throws UnsupportedModel when the checkpoint's
/// tokenizer is no WordPiece, UsageError when `size` is too small for what must stay or not smaller
/// than the vocabulary.
std::vector<std::int32_t> choose_pieces(const std::filesystem::path& checkpoint_directory,
                                        const Tokenizer& tokenizer,
                                        std::span<const std::int64_t> uses, std::int32_t size);

/// Writes tokenizer.json, vocab.txt and the files beside them, those that are there, with the ids
/// of `kept`. Throws TokenizerError when one cannot be read, UsageError when one cannot be written.
void write_pruned_tokenizer(const std::filesystem::path& checkpoint_directory,
                            std::span<const std::int32_t> kept,
                            const std::filesystem::path& folder);

}  // namespace integrad
