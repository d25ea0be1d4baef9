#include "integrad/base/error.h"

#include "integrad/hub/hub_error.h"
#include "python/bindings/bindings.h"
#include "python/bindings/missing_model.h"

namespace integrad::python {

namespace py = pybind11;

void bind_errors(py::module_& module) {
  // The last one registered is asked first: the base comes before its kinds.
  const auto error = py::register_exception<Error>(module, "Error");
  const auto value_error = py::make_tuple(error, py::handle(PyExc_ValueError));
  py::register_exception<CheckpointError>(module, "CheckpointError", value_error);
  py::register_exception<TokenizerError>(module, "TokenizerError", value_error);
  py::register_exception<UnsupportedModel>(
      module, "UnsupportedModel", py::make_tuple(error, py::handle(PyExc_NotImplementedError)));
  py::register_exception<UsageError>(module, "UsageError", value_error);
  const auto hub_error = py::register_exception<HubError>(
      module, "HubError", py::make_tuple(error, py::handle(PyExc_OSError)));
  py::register_exception<MissingModel>(
      module, "MissingModel", py::make_tuple(hub_error, py::handle(PyExc_FileNotFoundError)));
  py::register_exception<NumericalError>(module, "NumericalError",
                                         py::make_tuple(error, py::handle(PyExc_ArithmeticError)));
}

}  // namespace integrad::python
