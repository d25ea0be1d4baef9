// A tiny model with the results that PyTorch, Captum and Hugging Face give for it.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/reference_arrays.h"

namespace integrad::testing {

inline const std::filesystem::path fixtures = INTEGRAD_FIXTURES;

/// The BERT and DistilBERT models of tests/fixtures/models.
inline const std::vector<std::string> model_names{
    "bert",       "bert-gelu-new", "bert-relu", "bert-multilabel", "bert-regression",
    "distilbert", "distilbert-5"};

struct ModelFixture {
  explicit ModelFixture(const std::string& name)
      : directory(fixtures / "models" / name), arrays(directory / "expected.safetensors") {
    std::ifstream(directory / "expected.json") >> manifest;
  }
  Index texts() const { return static_cast<Index>(manifest["texts"].size()); }
  std::string key(Index text, const std::string& rest) const {
    return "t" + std::to_string(text) + "." + rest;
  }

  std::filesystem::path directory;
  ReferenceArrays arrays;
  nlohmann::json manifest;
};

}  // namespace integrad::testing
