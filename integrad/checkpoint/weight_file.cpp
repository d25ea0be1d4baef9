#include "integrad/checkpoint/weight_file.h"

#include <algorithm>
#include <string>
#include <utility>

#include "integrad/checkpoint/hdf5_file.h"
#include "integrad/checkpoint/message.h"
#include "integrad/checkpoint/safetensors.h"
#include "integrad/checkpoint/tensorflow_names.h"
#include "integrad/checkpoint/torch_file.h"

namespace integrad {
namespace {

/// Tensors of a safetensors file; `framework` becomes who laid them out, "" when it is not said.
std::vector<StoredTensor> read_safetensors(std::span<const std::byte> bytes,
                                           const std::filesystem::path& file,
                                           std::string& framework) {
  const auto header = SafetensorsHeader::parse(bytes, file);
  if (const auto format = header.metadata().find("format"); format != header.metadata().end()) {
    framework = format->second;
  }
  if (framework == "flax") {
    fail_checkpoint(file,
                    "weights in the layout of \"flax\" are not read; load them with transformers "
                    "in PyTorch and save them again with save_pretrained");
  }
  std::vector<StoredTensor> tensors;
  tensors.reserve(header.tensors().size());
  for (const TensorEntry& entry : header.tensors()) {
    tensors.push_back({entry.name, entry.dtype, entry.shape, dense_strides(entry.shape),
                       bytes.subspan(entry.begin, entry.end - entry.begin)});
  }
  return tensors;
}

/// tf_model.h5 puts the weights of a layer into a group, under names that begin with the model's:
/// "bert/tf_bert_for_sequence_classification/bert/pooler/dense/kernel:0". Shards do neither.
void drop_layer_and_model(std::vector<StoredTensor>& tensors) {
  for (StoredTensor& tensor : tensors) {
    tensor.name = std::string(without_model_name(without_model_name(tensor.name)));
  }
}

bool has_name(const std::vector<StoredTensor>& tensors, std::string_view name) {
  const auto place = std::lower_bound(
      tensors.begin(), tensors.end(), name,
      [](const StoredTensor& tensor, std::string_view wanted) { return tensor.name < wanted; });
  return place != tensors.end() && place->name == name;
}

}  // namespace

WeightFile WeightFile::open(const std::filesystem::path& path, WeightFormat format, bool is_shard) {
  WeightFile result(path);
  const std::span<const std::byte> bytes = result.mapping_.bytes();
  std::vector<StoredTensor>& tensors = result.tensors_;
  if (format == WeightFormat::safetensors) {
    std::string framework;
    tensors = read_safetensors(bytes, path, framework);
    result.tensorflow_ = framework == "tf";
  } else if (format == WeightFormat::torch) {
    tensors = read_torch_file(bytes, path);
  } else {
    tensors = read_hdf5_file(bytes, path);
    if (!is_shard) drop_layer_and_model(tensors);
    result.tensorflow_ = true;
  }
  if (result.tensorflow_) {
    for (StoredTensor& tensor : tensors) tensor = from_tensorflow(std::move(tensor));
  }
  std::sort(tensors.begin(), tensors.end(),
            [](const StoredTensor& a, const StoredTensor& b) { return a.name < b.name; });
  return result;
}

bool WeightFile::contains(std::string_view index_name) const {
  if (!tensorflow_) return has_name(tensors_, index_name);
  // Indexes of TensorFlow keep the name of the model, which the shards may have dropped.
  return has_name(tensors_, tensorflow_name(index_name).name) ||
         has_name(tensors_, tensorflow_name(without_model_name(index_name)).name);
}

}  // namespace integrad
