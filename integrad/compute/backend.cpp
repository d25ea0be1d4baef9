#include "integrad/compute/backend.h"

#include <string>

#include "integrad/base/error.h"
#include "integrad/compute/cpu/cpu_backend.h"
#include "integrad/compute/reference/reference_backend.h"

namespace integrad {

namespace {

/// bf16 asked for by name must not be taken for something else; `automatic` is f32 here.
void check_precision(std::string_view backend, Precision precision) {
  if (precision != Precision::bf16) return;
  throw UsageError("backend \"" + std::string(backend) +
                   "\" does not compute in bf16; use precision f32 or backend cpu");
}

}  // namespace

template <>
std::unique_ptr<Backend<float>> make_backend<float>(std::string_view name, int threads,
                                                    Precision precision) {
  if (name == "cpu") return std::make_unique<CpuBackend>(threads, precision);
  if (name == "reference") {
    check_precision(name, precision);
    return std::make_unique<ReferenceBackend<float>>();
  }
  throw UsageError("unknown backend \"" + std::string(name) + "\"; built here: cpu, reference");
}

template <>
std::unique_ptr<Backend<double>> make_backend<double>(std::string_view name, int,
                                                      Precision precision) {
  if (name == "reference") {
    check_precision(name, precision);
    return std::make_unique<ReferenceBackend<double>>();
  }
  throw UsageError("backend \"" + std::string(name) +
                   "\" does not compute in double precision; built here: reference");
}

}  // namespace integrad
