// NumPy arrays in and out.
#pragma once

#include <pybind11/numpy.h>

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "integrad/base/matrix.h"

namespace integrad::python {

namespace py = pybind11;

/// (rows × columns) token ids, masks or types; converted if they are other integers.
using IdArray = py::array_t<std::int32_t, py::array::c_style | py::array::forcecast>;

template <class T, class U>
py::array_t<T> to_array(std::span<const U> values) {
  py::array_t<T> array(static_cast<py::ssize_t>(values.size()));
  std::transform(values.begin(), values.end(), array.mutable_data(),
                 [](const U& v) { return static_cast<T>(v); });
  return array;
}
template <class T, class U>
py::array_t<T> to_array(const std::vector<U>& values) {
  return to_array<T, U>(std::span<const U>(values));
}

/// A new array of one entry an element: field(element).
template <class T, class Elements, class Field>
py::array_t<T> column(const Elements& elements, const Field& field) {
  py::array_t<T> array(static_cast<py::ssize_t>(elements.size()));
  T* out = array.mutable_data();
  for (const auto& element : elements) *out++ = static_cast<T>(field(element));
  return array;
}

/// The matrix's own memory as an array: nothing is copied.
template <class T>
py::array_t<T> take(Matrix<T>&& matrix) {
  auto owner = std::make_unique<Matrix<T>>(std::move(matrix));
  Matrix<T>& kept = *owner;
  const py::capsule capsule(owner.release(), [](void* p) {
    std::unique_ptr<Matrix<T>>(static_cast<Matrix<T>*>(p)).reset();
  });
  return py::array_t<T>({kept.rows(), kept.columns()}, kept.row(0), capsule);
}

/// Row r of a two-dimensional array; empty where there is no array.
inline std::vector<std::int32_t> row_of(const std::optional<IdArray>& array, py::ssize_t r) {
  if (!array) return {};
  const std::int32_t* row = array->data(r, 0);
  return {row, row + array->shape(1)};
}

}  // namespace integrad::python
