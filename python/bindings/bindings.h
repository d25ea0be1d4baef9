// What the module integrad._core consists of; one function a file.
#pragma once

#include <pybind11/pybind11.h>

namespace integrad::python {

void bind_errors(pybind11::module_& module);
void bind_tokenizer(pybind11::module_& module);
void bind_classifier(pybind11::module_& module);
void bind_options(pybind11::module_& module);
void bind_explanation(pybind11::module_& module);
void bind_explainer(pybind11::module_& module);
void bind_render(pybind11::module_& module);
void bind_faithfulness(pybind11::module_& module);
void bind_training(pybind11::module_& module);

}  // namespace integrad::python
