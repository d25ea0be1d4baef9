// Matrix products on views: cut into panels and tiles, given to threads, with what follows a
// product done while its tile is still in the cache.
#pragma once

#include <vector>

#include "integrad/base/matrix.h"
#include "integrad/compute/cpu/product_kernels.h"
#include "integrad/compute/cpu/row_kernels.h"

namespace integrad::cpu {

/// The right factor b (inner × columns) of a product, as it lies in memory.
struct RightFactor {
  ConstMatrixView<float> matrix;
  bool transposed = false;  // matrix is bᵀ (columns × inner)

  Index inner() const { return transposed ? matrix.columns : matrix.rows; }
  Index columns() const { return transposed ? matrix.rows : matrix.columns; }
};

/// What the sums start from: zero, one row for all (a bias), or the result's old contents.
struct Start {
  const float* values = nullptr;
  Index stride = 0;
};

/// What becomes of a finished piece of the result.
struct Finish {
  enum class Kind { nothing, activate, multiply } kind = Kind::nothing;
  Activation activation = Activation::linear;
  MatrixView<float> derivative;     // activate: f' is written here, f replaces the sums
  ConstMatrixView<float> factor{};  // multiply: the sums are multiplied by this
};

/// Products of one thread, with its memory; grows to the largest call.
class Worker {
 public:
  explicit Worker(const ProductKernels& kernels) : kernels_(kernels) {}

  /// c = start + a · b.
  void multiply(ConstMatrixView<float> a, const RightFactor& b, MatrixView<float> c,
                Start start = {});

 private:
  friend class Products;
  /// Columns [first, first + n) of a product; `left` holds words.
  void panel(ConstMatrixView<float> left, const RightFactor& b, Index first, MatrixView<float> c,
             Start start, const Finish& finish, const RowKernels& rows);
  void tile(const float* a, Index a_stride, Index words, Index rows, Index n, Start start, float* c,
            Index c_stride);

  const ProductKernels& kernels_;
  Matrix<float> left_;   // (rows × words): converted rows
  Matrix<float> panel_;  // (words × panel columns)
  Matrix<float> tile_;   // (tile rows × panel columns), where c ends inside a vector
};

/// Products of all threads of a backend.
class Products {
 public:
  Products(Precision precision, int threads);

  const ProductKernels& kernels() const { return kernels_; }
  Worker& worker(int thread) { return workers_[static_cast<std::size_t>(thread)]; }
  /// c = finish(start + a · b), by all threads. The bits of a row of c depend on that row of a, not
  /// on the other rows or the number of threads.
  void multiply(ConstMatrixView<float> a, const RightFactor& b, MatrixView<float> c, Start start,
                const Finish& finish);

 private:
  const ProductKernels& kernels_;
  const RowKernels& rows_;
  int threads_;
  std::vector<Worker> workers_;
  Matrix<float> left_;  // (rows × words): converted rows
};

}  // namespace integrad::cpu
