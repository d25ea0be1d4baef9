#include "integrad/training/example.h"

#include "integrad/base/error.h"

namespace integrad {

Split parse_split(const std::string& name) {
  if (name == "train") return Split::train;
  if (name == "test") return Split::test;
  throw UsageError("unknown split \"" + name + "\"; choose train or test");
}

}  // namespace integrad
