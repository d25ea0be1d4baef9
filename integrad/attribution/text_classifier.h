// A checkpoint ready for use: tokenizer, sizes and weights together.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "integrad/attribution/explanation.h"
#include "integrad/models/classifier.h"
#include "integrad/text/tokenizer.h"

namespace integrad {

/// Const after load and shareable between threads; each thread makes its own Explainer.
class TextClassifier {
 public:
  /// Loads a directory in the layout of Hugging Face's save_pretrained. `backend` "cpu" computes in
  /// float32, "reference" in float64 (slow, exact). Throws CheckpointError, TokenizerError,
  /// UnsupportedModel, UsageError (unknown backend).
  static TextClassifier load(const std::filesystem::path& directory,
                             std::string_view backend = "cpu");

  /// Makes a block, or with its number one behind the last the head, forget: the numbers of each of
  /// its matrices change places, drawn with `seed`, so that sizes stay (Adebayo et al. 2018). Not
  /// while others use the classifier; an Explainer is to be made anew.
  void unlearn(Index block, std::uint64_t seed);

  const Tokenizer& tokenizer() const { return tokenizer_; }
  const ModelConfig& config() const;
  const std::string& backend() const { return backend_; }
  /// "f32" or "f64".
  std::string_view precision() const;
  /// Longest text in tokens: the model's limit, or the tokenizer's own if that is shorter.
  Index longest() const;
  /// Path, family and labels; with the weights' SHA-256 if asked for (reads the files once more).
  ModelCard card(bool with_sha256) const;

  const std::variant<Classifier<float>, Classifier<double>>& network() const { return network_; }

 private:
  TextClassifier(std::filesystem::path directory, std::string backend, Tokenizer tokenizer,
                 std::variant<Classifier<float>, Classifier<double>> network)
      : directory_(std::move(directory)),
        backend_(std::move(backend)),
        tokenizer_(std::move(tokenizer)),
        network_(std::move(network)) {}

  std::filesystem::path directory_;
  std::string backend_;
  Tokenizer tokenizer_;
  std::variant<Classifier<float>, Classifier<double>> network_;
};

}  // namespace integrad
