// model.safetensors.index.json: which shard holds which tensor.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace integrad {

/// Tensor name -> shard file name, from the text of an index. Throws CheckpointError when it is not
/// of that form, names a tensor twice, or a shard name is no plain file name (it could then leave
/// the folder). `file` is for messages.
std::map<std::string, std::string> parse_shard_index(std::string_view text,
                                                     const std::filesystem::path& file);

/// The same of a file.
std::map<std::string, std::string> load_shard_index(const std::filesystem::path& file);

}  // namespace integrad
