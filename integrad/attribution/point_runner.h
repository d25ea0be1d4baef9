// Points of many paths run through a function in chunks that the paths share. Internal.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "integrad/attribution/path.h"

namespace integrad {

/// A sum (rows × columns) that a point's derivative is added to, times a weight; none: to nothing.
struct WeightedSum {
  Matrix<double>* sum = nullptr;
  double weight = 0;
};

/// `Point` has a member `path`. What a caller of `run` gives:
///   void fill(point, row, T* values)            writes a row of the point; called by many threads
///   void read(point, outputs)                   what the function said; may choose targets
///   std::size_t targets(path)                   how many, once all points of the chunk are read
///   bool seed(point, k, outputs, seed)          writes dF/d_outputs of the k-th target into zeros;
///                                               false: no derivative is wanted, whatever it wrote
///   void reduce(k)                              the derivatives of the k-th target are in d_points
template <class T, class Point>
class PointRunner {
 public:
  PointRunner(Differentiable<T>& function, std::span<const Path<T>> paths,
              const SamplingOptions& options, PointBuffers<T>& buffers)
      : function_(function),
        paths_(paths),
        options_(options),
        points_(buffers.points),
        d_points_(buffers.d_points) {}

  /// `count` points; point_at(i) is the i-th.
  template <class PointAt, class User>
  void run(std::size_t count, const PointAt& point_at, User& user) {
    Index rows = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Point point = point_at(i);
      const Index length = path(point.path).input.rows;
      const auto size = static_cast<Index>(chunk_.size());
      const bool full = rows + length > options_.rows_per_chunk ||
                        (options_.points_per_chunk > 0 && size >= options_.points_per_chunk);
      if (full && !chunk_.empty()) {
        evaluate(user);
        rows = 0;
      }
      chunk_.push_back(point);
      rows += length;
    }
    if (!chunk_.empty()) evaluate(user);
  }

  // The chunk at hand, for `reduce`.
  const std::vector<Point>& chunk() const { return chunk_; }
  const Sequences& sequences() const { return sequences_; }
  const Matrix<T>& points() const { return points_; }
  const Matrix<T>& d_points() const { return d_points_; }

  /// visit(point, its row, row of the chunk) for every row, rows shared between threads.
  template <class Visit>
  void for_each_row(const Visit& visit) const {
#pragma omp parallel for schedule(static) num_threads(options_.threads)
    for (Index r = 0; r < sequences_.rows(); ++r) {
      const auto& starts = sequences_.starts;
      const Index i = std::upper_bound(starts.begin(), starts.end(), r) - starts.begin() - 1;
      visit(chunk_[static_cast<std::size_t>(i)], r - sequences_.start(i), r);
    }
  }

  /// Adds the derivative of every point of the chunk to sum_of(point). Threads share the columns,
  /// so that each sum keeps its order.
  template <class SumOf>
  void add_derivatives(const SumOf& sum_of) const {
    constexpr Index width = 64;
    const Index columns = d_points_.columns();
#pragma omp parallel for schedule(static) num_threads(options_.threads)
    for (Index first = 0; first < columns; first += width) {
      for (Index i = 0; i < sequences_.count(); ++i) {
        const WeightedSum to = sum_of(chunk_[static_cast<std::size_t>(i)]);
        if (to.sum == nullptr) continue;
        for (Index r = 0; r < to.sum->rows(); ++r) {
          const T* d = d_points_.row(sequences_.start(i) + r);
          double* sum = to.sum->row(r);
          for (Index c = first; c < std::min(first + width, columns); ++c) {
            sum[c] += to.weight * static_cast<double>(d[c]);
          }
        }
      }
    }
  }

 private:
  const Path<T>& path(Index p) const { return paths_[static_cast<std::size_t>(p)]; }

  template <class User>
  void evaluate(User& user) {
    place(user);
    function_.forward(sequences_, path_of_point_, points_, outputs_);
    for (std::size_t i = 0; i < chunk_.size(); ++i) user.read(chunk_[i], outputs_of(i));
    std::size_t most_targets = 0;
    for (const Point& point : chunk_) {
      most_targets = std::max(most_targets, user.targets(point.path));
    }
    for (std::size_t k = 0; k < most_targets; ++k) {
      if (!seed(user, k)) continue;
      function_.backward(seeds_, d_points_);
      user.reduce(k);
    }
    if (options_.on_progress) options_.on_progress(static_cast<Index>(chunk_.size()));
    chunk_.clear();
  }

  /// Lays the chunk's points end to end.
  template <class User>
  void place(const User& user) {
    sequences_.clear();
    path_of_point_.clear();
    for (const Point& point : chunk_) {
      sequences_.append(path(point.path).input.rows);
      path_of_point_.push_back(point.path);
    }
    const Index columns = path(chunk_[0].path).input.columns;
    const auto count = static_cast<Index>(chunk_.size());
    points_.resize(sequences_.rows(), columns);
    d_points_.resize(sequences_.rows(), columns);
    outputs_.resize(count, function_.outputs());
    seeds_.resize(count, function_.outputs());
    for_each_row(
        [&](const Point& point, Index row, Index r) { user.fill(point, row, points_.row(r)); });
  }

  /// False: no derivative is wanted of any point.
  template <class User>
  bool seed(User& user, std::size_t k) {
    bool any = false;
    for (std::size_t i = 0; i < chunk_.size(); ++i) {
      const std::span<double> seed(seeds_.row(static_cast<Index>(i)), outputs_of(i).size());
      std::fill(seed.begin(), seed.end(), 0.0);
      const bool wanted =
          k < user.targets(chunk_[i].path) && user.seed(chunk_[i], k, outputs_of(i), seed);
      if (!wanted) std::fill(seed.begin(), seed.end(), 0.0);
      any = any || wanted;
    }
    return any;
  }

  std::span<const double> outputs_of(std::size_t i) const {
    return {outputs_.row(static_cast<Index>(i)), static_cast<std::size_t>(outputs_.columns())};
  }

  Differentiable<T>& function_;
  std::span<const Path<T>> paths_;
  const SamplingOptions& options_;
  Matrix<T>&points_, &d_points_;  // (rows of the chunk × columns)
  // Their memory serves every chunk.
  std::vector<Point> chunk_;
  Sequences sequences_;
  std::vector<Index> path_of_point_;
  Matrix<double> outputs_, seeds_;  // (points × outputs)
};

}  // namespace integrad
