// Which class is explained.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/base/matrix.h"

namespace integrad {

/// "predicted" (the largest probability), "all" (one explanation a class), or a label by its name
/// or number. A name is tried first, then a name in another case, then a number.
class Target {
 public:
  /// Throws UsageError listing the labels.
  static Target parse(std::string_view name, std::span<const std::string> labels);

  /// Class numbers to explain for these logits.
  std::vector<Index> classes(std::span<const double> logits) const;

 private:
  enum class Kind { predicted, all, one };
  Kind kind_ = Kind::predicted;
  Index class_ = 0;
};

/// Number of the largest entry, the first of equals.
Index largest(std::span<const double> values);

}  // namespace integrad
