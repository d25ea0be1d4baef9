// Texts with tokens taken out or replaced, as ids: nothing is decoded and tokenised again, so that
// pieces of words stay what they are.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "integrad/attribution/explainer.h"

namespace integrad {

/// Without the tokens at `positions`; those behind move up. At least the first token stays.
TokenInput without(const TokenInput& text, std::span<const std::size_t> positions);

/// With those at `positions` replaced by the tokens that `ids` has there.
TokenInput replaced(const TokenInput& text, std::span<const std::size_t> positions,
                    std::span<const std::int32_t> ids);

/// Perturbed texts that wait for the classifier, each only once.
class Probes {
 public:
  /// The text's number; it indexes what the classifier will say of it.
  std::size_t add(TokenInput text);
  const std::vector<TokenInput>& texts() const { return texts_; }
  /// In all texts together.
  Index tokens() const { return tokens_; }

 private:
  std::vector<TokenInput> texts_;
  std::map<std::vector<std::int32_t>, std::size_t> numbers_;  // by ids, then type ids
  Index tokens_ = 0;
};

}  // namespace integrad
