// Attention scores with a vector for each distance (Shaw et al. 2018, arXiv 1803.02155; Huang et
// al. 2020, arXiv 2009.13658): S_ij = q_i·k_j + q_i·e(i − j), and with key_query also + k_j·e(i −
// j). The vectors serve every head; it is disentangled attention with tables that all heads share.
#pragma once

#include <cstdint>
#include <vector>

#include "integrad/compute/backend.h"

namespace integrad {

enum class RelativeKeyTerms { none, key, key_query };

struct RelativeKeyOptions {
  RelativeKeyTerms terms = RelativeKeyTerms::none;
  Index reach = 0;     // vectors for the distances 1 − reach … reach − 1
  bool scaled = true;  // the terms are divided by √d as q·k is; ALBERT: they are not
};

template <class T>
struct RelativeKeys {
  RelativeKeyOptions options;
  Matrix<T> table;             // (2·reach − 1 × d), row i − j + reach − 1
  Matrix<T> of_query, of_key;  // (2·reach − 1 × hidden): what queries and keys meet
  std::vector<std::int32_t> slots;

  RelativeKeys() = default;
  RelativeKeys(const RelativeKeyOptions& options_, Index head_size) : options(options_) {
    if (!empty()) table.resize(2 * options.reach - 1, head_size);
  }

  bool empty() const { return options.terms == RelativeKeyTerms::none; }
  /// Once the table is read. `scale` is what scores are multiplied by.
  void prepare(Index heads, double scale) {
    if (empty()) return;
    const Index distances = table.rows(), d = table.columns();
    const T factor(options.scaled ? 1.0 : 1.0 / scale);
    const bool both = options.terms == RelativeKeyTerms::key_query;
    of_query.resize(distances, heads * d);
    of_key.resize(both ? distances : 0, heads * d);
    for (Index s = 0; s < distances; ++s) {
      slots.push_back(static_cast<std::int32_t>(s));
      for (Index c = 0; c < heads * d; ++c) {
        // A query counts distances from itself to the key, the table from the key to the query.
        of_query(s, c) = table(distances - 1 - s, c % d) * factor;
        if (both) of_key(s, c) = table(s, c % d) * factor;
      }
    }
  }
  RelativePositions<T> view() const { return {of_query, of_key, slots}; }
};

}  // namespace integrad
