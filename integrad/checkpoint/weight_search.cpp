#include "integrad/checkpoint/weight_search.h"

#include <array>
#include <system_error>

#include "integrad/base/error.h"
#include "integrad/checkpoint/message.h"
#include "integrad/checkpoint/shard_index.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

struct Kind {
  const char* file;
  const char* index;
  WeightFormat format;
};
constexpr std::array<Kind, 3> kinds{
    {{"model.safetensors", "model.safetensors.index.json", WeightFormat::safetensors},
     {"pytorch_model.bin", "pytorch_model.bin.index.json", WeightFormat::torch},
     {"tf_model.h5", "tf_model.h5.index.json", WeightFormat::hdf5}}};

bool is_present(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

void add_shards(const fs::path& directory, FoundWeights& found) {
  found.index = load_shard_index(found.index_path);
  std::map<std::string, std::string> first_tensors;  // by shard, for the message
  for (const auto& [tensor, shard] : found.index) first_tensors.emplace(shard, tensor);
  for (const auto& [shard, tensor] : first_tensors) {
    if (!is_present(directory / shard)) {
      fail_checkpoint(found.index_path, "shard " + in_quotes(shard) +
                                            ", which should hold tensor " + in_quotes(tensor) +
                                            ", is not in the folder");
    }
    found.files.push_back(directory / shard);
  }
}

[[noreturn]] void fail_no_weights(const fs::path& directory) {
  constexpr std::array<const char*, 4> others{"flax_model.msgpack", "model.onnx",
                                              "adapter_model.safetensors", "model.ckpt.index"};
  for (const char* other : others) {
    if (!is_present(directory / other)) continue;
    fail_checkpoint(directory / other,
                    "this kind of weight file is not read, expected model.safetensors, "
                    "pytorch_model.bin or tf_model.h5; load the model with transformers and save "
                    "it again with save_pretrained");
  }
  throw CheckpointError("no weights in " + directory.string() +
                        ": expected model.safetensors, pytorch_model.bin or tf_model.h5, or one of "
                        "these with .index.json and its shards");
}

}  // namespace

FoundWeights find_weights(const fs::path& checkpoint_directory) {
  std::error_code ignored;
  if (!fs::is_directory(checkpoint_directory, ignored)) {
    throw CheckpointError(checkpoint_directory.string() +
                          " is no folder; give the folder that save_pretrained wrote");
  }
  FoundWeights found;
  for (const Kind& kind : kinds) {
    found.format = kind.format;
    if (const fs::path file = checkpoint_directory / kind.file; is_present(file)) {
      found.files.push_back(file);
      return found;
    }
    if (const fs::path index = checkpoint_directory / kind.index; is_present(index)) {
      found.index_path = index;
      add_shards(checkpoint_directory, found);
      return found;
    }
  }
  fail_no_weights(checkpoint_directory);
}

}  // namespace integrad
