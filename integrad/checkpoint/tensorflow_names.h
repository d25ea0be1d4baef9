// Names and layout of weights that TensorFlow has written, in the spelling of PyTorch.
#pragma once

#include <string>
#include <string_view>

#include "integrad/checkpoint/stored_tensor.h"

namespace integrad {

/// A name in PyTorch's spelling, and whether its axes must be reversed.
struct TensorflowName {
  std::string name;
  bool reversed = false;
};

/// "bert/encoder/layer_._0/attention/self/query/kernel:0" -> "bert.encoder.layer.0.attention.self.
/// query.weight", reversed (transformers, modeling_tf_pytorch_utils.py,
/// convert_tf_weight_name_to_pt_weight_name; but no component is dropped from the front). A name
/// without "/" and ":0" stays as it is.
TensorflowName tensorflow_name(std::string_view name);

/// What follows the first "/", which is the name of the model; all when there is none.
std::string_view without_model_name(std::string_view name);

/// The tensor under its name of PyTorch, the axes of kernels reversed.
StoredTensor from_tensorflow(StoredTensor tensor);

}  // namespace integrad
