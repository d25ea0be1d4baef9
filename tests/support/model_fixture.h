// A tiny model with the results that PyTorch, Captum and Hugging Face give for it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/reference_arrays.h"

namespace integrad::testing {

inline const std::filesystem::path fixtures = INTEGRAD_FIXTURES;

/// The models of tests/fixtures/models: variants of BERT and DistilBERT, then one a family.
inline const std::vector<std::string> model_names{"bert",
                                                  "bert-gelu-new",
                                                  "bert-relu",
                                                  "bert-multilabel",
                                                  "bert-regression",
                                                  "distilbert",
                                                  "distilbert-5",
                                                  "albert",
                                                  "deberta-v3",
                                                  "deberta-convolution",
                                                  "deberta-distances",
                                                  "electra",
                                                  "mobilebert",
                                                  "modernbert",
                                                  "mpnet",
                                                  "roberta",
                                                  "xlm-roberta",
                                                  "albert-inner-groups",
                                                  "bert-relative-key",
                                                  "roberta-relative-key-query"};

/// "xlm-roberta" as part of a test's name.
inline std::string name_of_model(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

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
