#include "integrad/compute/cpu/product.h"

#include <omp.h>

#include <algorithm>

namespace integrad::cpu {
namespace {

/// Words of a panel that are summed before c is touched again: with 64 columns 192 KiB, which stays
/// in a core's second cache.
constexpr Index block_words = 768;
/// Fewest rows for which it pays to pack a panel once more.
constexpr Index fewest_rows = 96;

Index round_up(Index value, Index unit) { return (value + unit - 1) / unit * unit; }

Index words_of(Index inner, const ProductKernels& kernels) {
  return round_up((inner + kernels.factors - 1) / kernels.factors, kernels.inner_words);
}

void finish_rows(const Finish& finish, const RowKernels& kernels, MatrixView<float> c, Index first,
                 Index count, Index column, Index n) {
  for (Index r = first; r < first + count; ++r) {
    float* const values = c.row(r) + column;
    if (finish.kind == Finish::Kind::activate) {
      kernels.activate(finish.activation, values, n, values, finish.derivative.row(r) + column);
    } else {
      kernels.multiply(values, finish.factor.row(r) + column, n, values);
    }
  }
}

}  // namespace

void Worker::tile(const float* a, Index a_stride, Index words, Index rows, Index n, Start start,
                  float* c, Index c_stride) {
  if (n % kernels_.lanes == 0) {
    return kernels_.tile(a, a_stride, panel_.data(), words, rows, n, start.values, start.stride, c,
                         c_stride);
  }
  for (Index r = 0; r < rows; ++r) {
    if (start.values != nullptr) std::copy_n(start.values + r * start.stride, n, tile_.row(r));
  }
  kernels_.tile(a, a_stride, panel_.data(), words, rows, n,
                start.values == nullptr ? nullptr : tile_.data(), kernels_.columns, tile_.data(),
                kernels_.columns);
  for (Index r = 0; r < rows; ++r) std::copy_n(tile_.row(r), n, c + r * c_stride);
}

void Worker::panel(ConstMatrixView<float> left, const RightFactor& b, Index first,
                   MatrixView<float> c, Start start, const Finish& finish, const RowKernels& rows) {
  const Index n = std::min(kernels_.columns, c.columns - first);
  const Index block = block_words * kernels_.factors;
  panel_.resize(block_words, kernels_.columns);
  tile_.resize(kernels_.rows, kernels_.columns);
  for (Index k = 0; k < b.inner() || k == 0; k += block) {
    const Index inner = std::min(block, b.inner() - k);
    const float* const from = b.transposed ? b.matrix.row(first) + k : b.matrix.row(k) + first;
    kernels_.pack(from, b.matrix.stride, b.transposed, inner, n, panel_.data());
    const bool last = k + block >= b.inner();
    for (Index r = 0; r < c.rows; r += kernels_.rows) {
      const Index count = std::min(kernels_.rows, c.rows - r);
      float* const to = c.row(r) + first;
      Start from_here{to, c.stride};
      if (k == 0) {
        from_here = start;
        if (start.values != nullptr) from_here.values += r * start.stride + first;
      }
      tile(left.row(r) + k / kernels_.factors, left.stride, words_of(inner, kernels_), count, n,
           from_here, to, c.stride);
      if (last && finish.kind != Finish::Kind::nothing) {
        finish_rows(finish, rows, c, r, count, first, n);
      }
    }
  }
}

void Worker::multiply(ConstMatrixView<float> a, const RightFactor& b, MatrixView<float> c,
                      Start start) {
  if (c.empty()) return;
  ConstMatrixView<float> left = a;
  if (kernels_.convert != nullptr) {
    left_.resize(a.rows, words_of(a.columns, kernels_));
    for (Index r = 0; r < a.rows; ++r) kernels_.convert(a.row(r), a.columns, left_.row(r));
    left = left_.view();
  }
  for (Index first = 0; first < c.columns; first += kernels_.columns) {
    panel(left, b, first, c, start, {}, row_kernels());
  }
}

Products::Products(Precision precision, int threads)
    : kernels_(product_kernels(precision)), rows_(row_kernels()), threads_(threads) {
  for (int t = 0; t < threads; ++t) workers_.emplace_back(kernels_);
}

void Products::multiply(ConstMatrixView<float> a, const RightFactor& b, MatrixView<float> c,
                        Start start, const Finish& finish) {
  if (c.empty()) return;
  const Index panels = (c.columns + kernels_.columns - 1) / kernels_.columns;
  // Enough pieces that no thread waits long for the last one.
  const Index wanted = threads_ == 1 ? 1 : (4 * threads_ + panels - 1) / panels;
  const Index strips = std::max<Index>(1, std::min(wanted, c.rows / fewest_rows));
  const Index height = round_up((c.rows + strips - 1) / strips, kernels_.rows);
  const bool converted = kernels_.convert != nullptr;
  ConstMatrixView<float> left = a;
  if (converted) {
    left_.resize(a.rows, words_of(a.columns, kernels_));
    left = left_.view();
  }
#pragma omp parallel num_threads(threads_)
  {
    if (converted) {
#pragma omp for schedule(static)
      for (Index r = 0; r < a.rows; ++r) {
        kernels_.convert(a.row(r), a.columns, left_.row(r));
      }
    }
#pragma omp for schedule(dynamic) nowait
    for (Index piece = 0; piece < panels * strips; ++piece) {
      const Index first = piece / strips * kernels_.columns;
      const Index row = piece % strips * height;
      const Index rows = std::min(height, c.rows - row);
      if (rows <= 0) continue;
      Start begin = start;
      if (begin.values != nullptr) begin.values += row * begin.stride;
      Finish end = finish;
      end.derivative.data += row * end.derivative.stride;
      end.factor.data += row * end.factor.stride;
      worker(omp_get_thread_num())
          .panel(left.row_range(row, rows), b, first, c.row_range(row, rows), begin, end, rows_);
    }
  }
}

}  // namespace integrad::cpu
