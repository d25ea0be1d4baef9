// Lets the user interrupt a computation that runs without the interpreter's lock.
#pragma once

#include <pybind11/pybind11.h>

#include <chrono>

namespace integrad::python {

/// Called often while computing; now and then takes the lock and lets Python handle its signals.
/// Throws the exception of the handler: KeyboardInterrupt. Only Python's main thread handles any.
class Signals {
 public:
  void check() {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    const pybind11::gil_scoped_acquire lock;
    if (PyErr_CheckSignals() != 0) throw pybind11::error_already_set();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace integrad::python
