#include "integrad/compute/precision.h"

#include <string>

#include "integrad/base/error.h"
#include "integrad/compute/cpu/product_kernels.h"

namespace integrad {

Precision parse_precision(std::string_view name) {
  for (const Precision precision : {Precision::f32, Precision::bf16, Precision::automatic}) {
    if (to_string(precision) == name) return precision;
  }
  throw UsageError("unknown precision \"" + std::string(name) +
                   "\"; choose one of f32, bf16, auto");
}

std::string_view to_string(Precision precision) {
  switch (precision) {
    case Precision::f32:
      return "f32";
    case Precision::bf16:
      return "bf16";
    case Precision::automatic:
      break;
  }
  return "auto";
}

Precision resolve(Precision precision) {
  if (precision != Precision::automatic) return precision;
  return cpu::has_fast_bf16() ? Precision::bf16 : Precision::f32;
}

}  // namespace integrad
