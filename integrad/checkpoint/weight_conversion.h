// Weights of any kind of file, written again as one clean safetensors file.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "integrad/checkpoint/dtype.h"
#include "integrad/checkpoint/weight_files.h"

namespace integrad {

struct WeightConversion {
  std::size_t tensors = 0;            // written
  std::vector<std::string> left_out;  // names of buffers that are no floating-point numbers
};

/// Writes every floating-point tensor under its name of today, in PyTorch's layout and in `dtype`
/// (f16, bf16 or f32, rounded to nearest), whole or not at all. Takes memory for the largest tensor
/// once. Calls `between` before each tensor, which may throw to stop. Throws CheckpointError for
/// numbers that are not finite or, with f16, larger than 65504 after rounding.
WeightConversion convert_weights(const WeightFiles& weights, Dtype dtype,
                                 const std::filesystem::path& output,
                                 const std::function<void()>& between);

/// The text of a config.json that says in which type of numbers the weights are stored: the field
/// "dtype", or "torch_dtype" where that is not there. Everything else keeps its value and order.
/// Throws CheckpointError when DIRECTORY/config.json is missing or no JSON object.
std::string config_with_dtype(const std::filesystem::path& checkpoint_directory, Dtype dtype);

/// The text of a config.json like DIRECTORY/config.json, of a classifier with these labels in
/// float32: "architectures", "id2label", "label2id", "problem_type" and the dtype are set.
/// Everything else keeps its value and order. Throws as config_with_dtype.
std::string config_of_classifier(const std::filesystem::path& checkpoint_directory,
                                 const std::string& architecture,
                                 const std::vector<std::string>& labels,
                                 const std::string& problem_type);

}  // namespace integrad
