#include "python/bindings/bindings.h"

PYBIND11_MODULE(_core, module) {
  namespace python = integrad::python;
  module.doc() = "The engine of integrad. Not an interface for users: import integrad.";
  python::bind_errors(module);
  python::bind_tokenizer(module);
  python::bind_classifier(module);
  python::bind_options(module);
  python::bind_explanation(module);
  python::bind_explainer(module);
  python::bind_faithfulness(module);
  python::bind_render(module);
  python::bind_training(module);
}
