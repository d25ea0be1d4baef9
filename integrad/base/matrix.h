// Row-major matrices: views that look and do not own, and an owner. Hidden states are always
// (tokens × hidden): padding and rank-3 tensors do not exist here. Header only, no dependency.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>

namespace integrad {

/// Signed size and index, so that differences and loops downwards are safe.
using Index = std::ptrdiff_t;

/// A window on somebody else's numbers: `rows` × `columns`, row r starts at data + r · stride.
/// Copying a view copies the window, never the numbers. `MatrixView<const T>` is read-only.
template <class T>
struct MatrixView {
  T* data = nullptr;
  Index rows = 0;
  Index columns = 0;
  Index stride = 0;

  MatrixView() = default;
  MatrixView(T* data_, Index rows_, Index columns_, Index stride_)
      : data(data_), rows(rows_), columns(columns_), stride(stride_) {}
  MatrixView(T* data_, Index rows_, Index columns_)
      : MatrixView(data_, rows_, columns_, columns_) {}
  /// A writable view is accepted wherever a read-only one is asked for.
  template <class U>
  requires(std::is_const_v<T>&& std::is_same_v<std::remove_const_t<T>, U>)
      MatrixView(const MatrixView<U>& other)  // NOLINT(google-explicit-constructor)
      : MatrixView(other.data, other.rows, other.columns, other.stride) {}

  T& operator()(Index row, Index column) const { return data[row * stride + column]; }
  T* row(Index r) const { return data + r * stride; }
  bool empty() const { return rows == 0 || columns == 0; }

  /// Rows [first, first + count), all columns.
  MatrixView row_range(Index first, Index count) const {
    return {data + first * stride, count, columns, stride};
  }
  /// Columns [first, first + count), all rows.
  MatrixView column_range(Index first, Index count) const {
    return {data + first, rows, count, stride};
  }
};

template <class T>
using ConstMatrixView = MatrixView<const std::type_identity_t<T>>;

/// Owns rows × columns numbers, 64-byte aligned, move-only. `resize` never shrinks the memory and
/// leaves the contents unspecified, so that a steady state allocates nothing.
template <class T>
class Matrix {
 public:
  Matrix() = default;
  Matrix(Index rows, Index columns) { resize(rows, columns); }
  Matrix(Matrix&&) noexcept = default;
  Matrix& operator=(Matrix&&) noexcept = default;

  void resize(Index rows, Index columns) {
    const Index wanted = rows * columns;
    if (wanted > capacity_) {
      memory_.reset();
      memory_.reset(static_cast<T*>(
          ::operator new[](static_cast<std::size_t>(wanted) * sizeof(T), std::align_val_t{64})));
      std::uninitialized_value_construct_n(memory_.get(), wanted);
      capacity_ = wanted;
    }
    rows_ = rows;
    columns_ = columns;
  }
  void fill(T value) { std::fill_n(memory_.get(), rows_ * columns_, value); }

  Index rows() const { return rows_; }
  Index columns() const { return columns_; }
  T* data() { return memory_.get(); }
  const T* data() const { return memory_.get(); }
  T* row(Index r) { return memory_.get() + r * columns_; }
  const T* row(Index r) const { return memory_.get() + r * columns_; }
  T& operator()(Index row, Index column) { return memory_[row * columns_ + column]; }
  const T& operator()(Index row, Index column) const { return memory_[row * columns_ + column]; }

  MatrixView<T> view() { return {memory_.get(), rows_, columns_}; }
  MatrixView<const T> view() const { return {memory_.get(), rows_, columns_}; }
  operator MatrixView<T>() { return view(); }              // NOLINT(google-explicit-constructor)
  operator MatrixView<const T>() const { return view(); }  // NOLINT(google-explicit-constructor)

 private:
  struct Release {
    void operator()(T* pointer) const { ::operator delete[](pointer, std::align_val_t{64}); }
  };
  std::unique_ptr<T[], Release> memory_;
  Index rows_ = 0;
  Index columns_ = 0;
  Index capacity_ = 0;
};

}  // namespace integrad
