// A trained classifier as transformers saves one.
#pragma once

#include <filesystem>
#include <string>

#include "integrad/training/gradients.h"

namespace integrad {

/// Writes config.json, model.safetensors and the tokenizer's files of `source` (the folder that
/// the training began with) into `folder`, which must exist; each file whole or not at all. Throws
/// UsageError when something cannot be written.
void save_classifier(const std::filesystem::path& folder, const std::filesystem::path& source,
                     TrainableClassifier<float>& classifier);

/// Copies the files that tokenizers of Hugging Face are made of, those that are there.
void copy_tokenizer_files(const std::filesystem::path& source, const std::filesystem::path& folder);

}  // namespace integrad
