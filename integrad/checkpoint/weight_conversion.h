// Weights of any kind of file, written again as one clean safetensors file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "integrad/checkpoint/dtype.h"
#include "integrad/checkpoint/weight_files.h"

namespace integrad {

struct WeightConversion {
  std::size_t tensors = 0;            // written
  std::vector<std::string> left_out;  // names of buffers that are no floating-point numbers
};

/// Rows that stay of the tables with one row a piece of the vocabulary (word embeddings, and what
/// predicts words): ids, ascending, of `before` rows. No ids: all rows stay.
struct KeptRows {
  Index before = 0;
  std::span<const std::int32_t> ids;
};

/// Writes every floating-point tensor under its name of today, in PyTorch's layout and in `dtype`
/// (f16, bf16 or f32, rounded to nearest), whole or not at all. Takes memory for the largest tensor
/// once. Calls `between` before each tensor, which may throw to stop. Throws CheckpointError for
/// numbers that are not finite or, with f16, larger than 65504 after rounding, and when rows are to
/// go and no table has that many.
WeightConversion convert_weights(const WeightFiles& weights, Dtype dtype,
                                 const std::filesystem::path& output,
                                 const std::function<void()>& between, const KeptRows& rows = {});

/// The text of a config.json that says in which type of numbers the weights are stored: the field
/// "dtype", or "torch_dtype" where that is not there. Everything else keeps its value and order.
/// Throws CheckpointError when DIRECTORY/config.json is missing or no JSON object.
std::string config_with_dtype(const std::filesystem::path& checkpoint_directory, Dtype dtype);

/// config_with_dtype, of a model with these pieces of the vocabulary alone: "vocab_size", and new
/// values of the fields "…_token_id".
std::string config_with_vocabulary(const std::filesystem::path& checkpoint_directory, Dtype dtype,
                                   std::span<const std::int32_t> kept);

/// The text of a config.json like DIRECTORY/config.json, of a classifier with these labels in
/// float32: "architectures", "id2label", "label2id", "problem_type" and the dtype are set.
/// Everything else keeps its value and order. Throws as config_with_dtype.
std::string config_of_classifier(const std::filesystem::path& checkpoint_directory,
                                 const std::string& architecture,
                                 const std::vector<std::string>& labels,
                                 const std::string& problem_type);

}  // namespace integrad
