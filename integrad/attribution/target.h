// Which class is explained.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/base/matrix.h"

namespace integrad {

/// "predicted" (the likeliest label; with a threshold every label that reaches it, or the likeliest
/// where none does), "all" (one explanation a label), or a label by its name or number. A name is
/// tried first, then a name in another case, then a number.
class Target {
 public:
  /// `threshold` is a probability, reached by the sigmoid of a label's own logit. Throws UsageError
  /// listing the labels.
  static Target parse(std::string_view name, std::span<const std::string> labels,
                      std::optional<double> threshold = {});

  /// Class numbers to explain for these logits.
  std::vector<Index> classes(std::span<const double> logits) const;

 private:
  enum class Kind { predicted, all, one };
  Kind kind_ = Kind::predicted;
  Index class_ = 0;
  std::optional<double> threshold_;
};

/// Number of the largest entry, the first of equals.
Index largest(std::span<const double> values);

/// Labels whose sigmoid is at least `threshold`, the likeliest first.
std::vector<Index> labels_above(double threshold, std::span<const double> logits);

}  // namespace integrad
