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

}  // namespace

void Worker::tile(const float* a, Index a_stride, const float* panel, Index words, Index rows,
                  Index n, Start start, float* c, Index c_stride) {
  if (n % kernels_.lanes == 0) {
    return kernels_.tile(a, a_stride, panel, words, rows, n, start.values, start.stride, c,
                         c_stride);
  }
  for (Index r = 0; r < rows; ++r) {
    if (start.values != nullptr) std::copy_n(start.values + r * start.stride, n, tile_.row(r));
  }
  kernels_.tile(a, a_stride, panel, words, rows, n,
                start.values == nullptr ? nullptr : tile_.data(), kernels_.columns, tile_.data(),
                kernels_.columns);
  for (Index r = 0; r < rows; ++r) std::copy_n(tile_.row(r), n, c + r * c_stride);
}

void Worker::finish_rows(const Finish& finish, float* sums, Index stride, Index row, Index count,
                         Index first, Index n) {
  const auto to_words = [&](float* values, MatrixView<float> words, Index r) {
    float* const to = words.row(r) + first / kernels_.factors;
    kernels_.convert != nullptr ? kernels_.convert(values, n, to)
                                : void(std::copy_n(values, n, to));
  };
  if (std::holds_alternative<Keep>(finish)) return;
  for (Index i = 0; i < count; ++i) {
    float* const values = sums + i * stride;
    if (const auto* activate = std::get_if<Activate>(&finish)) {
      rows_.activate(activate->activation, values, n, values,
                     activate->derivative.row(row + i) + first);
      to_words(values, activate->words, row + i);
    } else if (const auto* scale = std::get_if<Scale>(&finish)) {
      rows_.multiply(values, scale->factor.row(row + i) + first, n, values);
      to_words(values, scale->words, row + i);
    }
  }
}

/// What `finish` will touch of a tile's rows lies pages apart: it is fetched while the sums run.
void Worker::fetch(const Finish& finish, Index row, Index count, Index first, Index n) {
  constexpr Index line = 64 / sizeof(float);
  for (Index i = row; i < row + count; ++i) {
    if (const auto* activate = std::get_if<Activate>(&finish)) {
      float* const to = activate->derivative.row(i) + first;
      for (Index c = 0; c < n; c += line) __builtin_prefetch(to + c, 1, 2);
    } else if (const auto* scale = std::get_if<Scale>(&finish)) {
      const float* const from = scale->factor.row(i) + first;
      for (Index c = 0; c < n; c += line) __builtin_prefetch(from + c, 0, 2);
    }
  }
}

void Worker::panel(ConstMatrixView<float> left, const RightFactor& b, Index first, Index row,
                   Start start, const Finish& finish) {
  const Index n = std::min(kernels_.columns, b.columns() - first);
  const Index block = block_words * kernels_.factors;
  panel_.resize(block_words, kernels_.columns);
  tile_.resize(kernels_.rows, kernels_.columns);
  MatrixView<float> c;
  if (const auto* keep = std::get_if<Keep>(&finish)) {
    c = keep->result.row_range(row, left.rows).column_range(first, n);
  } else if (b.inner() <= block) {  // done after one tile: all tiles share its place
    sums_.resize(kernels_.rows, kernels_.columns);
    c = {sums_.data(), left.rows, n, 0};
  } else {
    sums_.resize(left.rows, kernels_.columns);
    c = sums_.view().column_range(0, n);
  }
  // Rows of a tile are apart even where tiles are not.
  const Index stride = c.stride > 0 ? c.stride : kernels_.columns;
  if (start.values != nullptr) start.values += row * start.stride + first;
  for (Index k = 0; k < b.inner() || k == 0; k += block) {
    const Index inner = std::min(block, b.inner() - k);
    const float* values = panel_.data();
    if (b.panels != nullptr) {
      values = b.panels +
               (first / kernels_.columns * words_of(b.inner(), kernels_) + k / kernels_.factors) *
                   kernels_.columns;
    } else {
      const float* const from = b.transposed ? b.matrix.row(first) + k : b.matrix.row(k) + first;
      kernels_.pack(from, b.matrix.stride, b.transposed, inner, n, panel_.data());
    }
    const bool last = k + block >= b.inner();
    for (Index r = 0; r < c.rows; r += kernels_.rows) {
      const Index count = std::min(kernels_.rows, c.rows - r);
      Start from_here{c.row(r), stride};
      if (k == 0) {
        from_here = start;
        if (start.values != nullptr) from_here.values += r * start.stride;
      }
      if (last) fetch(finish, row + r, count, first, n);
      tile(left.row(r) + k / kernels_.factors, left.stride, values, words_of(inner, kernels_),
           count, n, from_here, c.row(r), stride);
      if (last) finish_rows(finish, c.row(r), stride, row + r, count, first, n);
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
    panel(left, b, first, 0, start, Keep{c});
  }
}

Products::Products(Precision precision, int threads)
    : kernels_(product_kernels(precision)), threads_(threads) {
  for (int t = 0; t < threads; ++t) workers_.emplace_back(kernels_);
}

RightFactor Products::kept(const RightFactor& factor) {
  const auto same = [&](const KeptFactor& kept) {
    const ConstMatrixView<float>& a = kept.factor.matrix;
    const ConstMatrixView<float>& b = factor.matrix;
    return a.data == b.data && a.rows == b.rows && a.columns == b.columns && a.stride == b.stride &&
           kept.factor.transposed == factor.transposed;
  };
  const auto found = std::find_if(kept_.begin(), kept_.end(), same);
  if (found != kept_.end()) return found->factor;
  const Index panels = (factor.columns() + kernels_.columns - 1) / kernels_.columns;
  const Index words = words_of(factor.inner(), kernels_);
  const Index bytes = panels * words * kernels_.columns * Index{sizeof(float)};
  if (bytes > room_) return factor;
  room_ -= bytes;
  KeptFactor kept{factor, Matrix<float>(panels * words, kernels_.columns)};
#pragma omp parallel for schedule(dynamic) num_threads(threads_)
  for (Index p = 0; p < panels; ++p) {
    const Index first = p * kernels_.columns;
    const Index n = std::min(kernels_.columns, factor.columns() - first);
    const ConstMatrixView<float>& b = factor.matrix;
    kernels_.pack(factor.transposed ? b.row(first) : b.data + first, b.stride, factor.transposed,
                  factor.inner(), n, kept.panels.row(p * words));
  }
  kept.factor.panels = kept.panels.data();
  return kept_.emplace_back(std::move(kept)).factor;
}

Index Products::words(Index numbers) const { return words_of(numbers, kernels_); }

void Products::to_words(const float* row, Index numbers, float* words) const {
  if (kernels_.convert == nullptr) {
    std::copy_n(row, numbers, words);
  } else {
    kernels_.convert(row, numbers, words);
  }
}

void Products::multiply(const LeftFactor& a, const RightFactor& b, Start start,
                        const Finish& finish) {
  const Index rows = a.matrix.rows;
  if (rows == 0 || b.columns() == 0) return;
  const Index panels = (b.columns() + kernels_.columns - 1) / kernels_.columns;
  // Enough pieces that no thread waits long for the last one.
  const Index wanted = threads_ == 1 ? 1 : (Index{4} * threads_ + panels - 1) / panels;
  const Index strips = std::max<Index>(1, std::min(wanted, rows / fewest_rows));
  const Index height = round_up((rows + strips - 1) / strips, kernels_.rows);
  const bool converts = kernels_.convert != nullptr && !a.words;
  ConstMatrixView<float> left = a.matrix;
  if (converts) {
    left_.resize(rows, words(a.matrix.columns));
    left = left_.view();
  }
#pragma omp parallel num_threads(threads_)
  {
    if (converts) {
#pragma omp for schedule(static)
      for (Index r = 0; r < rows; ++r) {
        kernels_.convert(a.matrix.row(r), a.matrix.columns, left_.row(r));
      }
    }
#pragma omp for schedule(dynamic) nowait
    for (Index piece = 0; piece < panels * strips; ++piece) {
      const Index first = piece / strips * kernels_.columns, row = piece % strips * height;
      const Index count = std::min(height, rows - row);
      if (count <= 0) continue;
      worker(omp_get_thread_num()).panel(left.row_range(row, count), b, first, row, start, finish);
    }
  }
}

}  // namespace integrad::cpu
