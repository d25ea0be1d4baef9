#include "integrad/compute/backend.h"

#include <string>

#include "integrad/base/error.h"
#include "integrad/compute/cpu/cpu_backend.h"
#include "integrad/compute/reference/reference_backend.h"

namespace integrad {

template <>
std::unique_ptr<Backend<float>> make_backend<float>(std::string_view name, int threads) {
  if (name == "cpu") return std::make_unique<CpuBackend>(threads);
  if (name == "reference") return std::make_unique<ReferenceBackend<float>>();
  throw UsageError("unknown backend \"" + std::string(name) + "\"; built here: cpu, reference");
}

template <>
std::unique_ptr<Backend<double>> make_backend<double>(std::string_view name, int) {
  if (name == "reference") return std::make_unique<ReferenceBackend<double>>();
  throw UsageError("backend \"" + std::string(name) +
                   "\" does not compute in double precision; built here: reference");
}

}  // namespace integrad
