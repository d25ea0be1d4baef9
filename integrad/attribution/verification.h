// Does the arithmetic hold for this model on this machine? Properties that need no reference data.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "integrad/attribution/explainer.h"

namespace integrad {

/// One property, measured.
struct VerificationResult {
  std::string name;
  std::string measure;  // what `measured` is
  double measured = 0;
  double bound = 0;
  bool passed = false;  // measured ≤ bound
};

/// Called with each result as it comes.
using OnVerificationResult = std::function<void(const VerificationResult&)>;

/// Three short sentences that show what an explanation is about.
std::vector<TextInput> verification_texts();

/// Checks the model in `directory` on the texts (at least one):
///   completeness       |delta| with 50 and 200 Gauss–Legendre nodes, probability of the predicted
///                      class. The bound is 1e-2 (1e-3 with 200) for smooth models: short texts
///                      leave 1e-7, long reviews with a steep path up to 1e-3. It is 5e-2 (2e-2)
///                      for models with a ReLU, whose integrand jumps, so that a rule of n nodes
///                      converges like 1/n only
///   special tokens     their attribution at the embeddings is exactly 0
///   error estimate     of method auto: the true error, beside 512 nodes, is at most the reported
///   one batches            texts together = each alone chunks             an internal batch of 3
///   points = as many as memory allows weights            scores change when weights are unlearned,
///   from the head down block by block:
///                      their correlation with the true ones is below 0.98 wherever that stops,
///                      and below 0.8 when no block is left (texts are short: chance gives 0.3)
///   backends           float32 against the reference in float64: logits, token scores
///   gradient           the reference's derivative against central finite differences
/// The last two cut texts at 12 tokens, because the reference is slow. Throws what
/// TextClassifier::load and Explainer throw. `threads` 0: one a core.
std::vector<VerificationResult> verify(const std::filesystem::path& directory,
                                       std::span<const TextInput> texts, int threads = 0,
                                       const OnVerificationResult& on_result = {});

}  // namespace integrad
