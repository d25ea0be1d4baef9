// Matrix products on views: cut into panels and tiles, given to threads, with what follows a
// product done while its tile is still in the cache.
#pragma once

#include <variant>
#include <vector>

#include "integrad/base/matrix.h"
#include "integrad/compute/cpu/product_kernels.h"
#include "integrad/compute/cpu/row_kernels.h"

namespace integrad::cpu {

/// The right factor b (inner × columns) of a product, as it lies in memory.
struct RightFactor {
  ConstMatrixView<float> matrix;
  bool transposed = false;        // matrix is bᵀ (columns × inner)
  const float* panels = nullptr;  // all of its panels, if they were made before

  Index inner() const { return transposed ? matrix.columns : matrix.rows; }
  Index columns() const { return transposed ? matrix.rows : matrix.columns; }
};

/// What the sums start from: zero, one row for all (a bias), or the result's old contents.
struct Start {
  const float* values = nullptr;
  Index stride = 0;
};

/// The left factor of a product: numbers, or words made before (Products::words a row).
struct LeftFactor {
  ConstMatrixView<float> matrix;
  bool words = false;
};

/// What becomes of the sums. They are the result; or f of them, with f' written beside; or they are
/// scaled by a factor. The latter two become words for a product to come.
struct Keep {
  MatrixView<float> result;
};
struct Activate {
  Activation activation;
  MatrixView<float> derivative;
  MatrixView<float> words;
};
struct Scale {
  ConstMatrixView<float> factor;
  MatrixView<float> words;
};
using Finish = std::variant<Keep, Activate, Scale>;

/// Products of one thread, with its memory; grows to the largest call.
class Worker {
 public:
  explicit Worker(const ProductKernels& kernels) : kernels_(kernels), rows_(row_kernels()) {}

  /// c = start + a · b.
  void multiply(ConstMatrixView<float> a, const RightFactor& b, MatrixView<float> c,
                Start start = {});

 private:
  friend class Products;
  /// A panel's columns, from `first` on, of the rows of `left` (words), which are the result's rows
  /// from `row` on.
  void panel(ConstMatrixView<float> left, const RightFactor& b, Index first, Index row, Start start,
             const Finish& finish);
  void tile(const float* a, Index a_stride, const float* panel, Index words, Index rows, Index n,
            Start start, float* c, Index c_stride);
  void fetch(const Finish& finish, Index row, Index count, Index first, Index n);
  /// Rows of sums that are done, on their way to `finish`.
  void finish_rows(const Finish& finish, float* sums, Index stride, Index row, Index count,
                   Index first, Index n);

  const ProductKernels& kernels_;
  const RowKernels& rows_;
  Matrix<float> left_;   // (rows × words): converted rows
  Matrix<float> panel_;  // (words × panel columns)
  Matrix<float> sums_;   // (rows of a tile or all × panel columns), where they are not the result
  Matrix<float> tile_;   // (tile rows × panel columns), where c ends inside a vector
};

/// Products of all threads of a backend.
class Products {
 public:
  Products(Precision precision, int threads);

  const ProductKernels& kernels() const { return kernels_; }
  Worker& worker(int thread) { return workers_[static_cast<std::size_t>(thread)]; }
  /// Words that a row of so many numbers becomes.
  Index words(Index numbers) const;
  /// A row as the words of a left factor.
  void to_words(const float* row, Index numbers, float* words) const;
  /// Panels of factors may take so many bytes from now on, if they differ from the factor's numbers
  /// in more than their order. Those factors must not change any more.
  void keep_factors(Index bytes) { room_ = kernels_.convert == nullptr ? 0 : bytes; }
  /// `factor` with its panels, if they are kept or there is room for them.
  RightFactor kept(const RightFactor& factor);
  /// finish(start + a · b), by all threads. The bits of a row of the result depend on that row of
  /// a, not on the other rows or the number of threads.
  void multiply(const LeftFactor& a, const RightFactor& b, Start start, const Finish& finish);

 private:
  struct KeptFactor {
    RightFactor factor;
    Matrix<float> panels;
  };
  const ProductKernels& kernels_;
  int threads_;
  std::vector<Worker> workers_;
  std::vector<KeptFactor> kept_;
  Index room_ = 0;      // bytes
  Matrix<float> left_;  // (rows × words): converted rows
};

}  // namespace integrad::cpu
