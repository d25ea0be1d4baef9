#include "integrad/attribution/path.h"

#include <algorithm>

namespace integrad {
namespace {

/// One point to evaluate: where, and where its result goes.
struct Point {
  Index path;
  double alpha;
  std::optional<Index> node;  // of the rule; none: an end that the rule does not use
};

/// The ends first, so that targets are known before the first derivative is asked for.
std::vector<Point> points_of_path(Index path, const QuadratureRule& rule) {
  std::vector<Point> points{{path, 1.0, {}}, {path, 0.0, {}}};
  for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
    const auto node = static_cast<Index>(i);
    if (rule.nodes[i] == 1.0) {
      points[0].node = node;
    } else if (rule.nodes[i] == 0.0) {
      points[1].node = node;
    } else {
      points.push_back({path, rule.nodes[i], node});
    }
  }
  return points;
}

/// x' + α (x − x'), exact at both ends.
template <class T>
void interpolate(const Path<T>& path, double alpha, MatrixView<T> point) {
  const T a(alpha);
  for (Index r = 0; r < point.rows; ++r) {
    const T* x = path.input.row(r);
    const T* origin = path.baseline.row(r);
    T* out = point.row(r);
    if (alpha == 1.0) {
      std::copy_n(x, point.columns, out);
    } else {
      for (Index c = 0; c < point.columns; ++c) out[c] = origin[c] + a * (x[c] - origin[c]);
    }
  }
}

template <class T>
class Sampler {
 public:
  Sampler(Differentiable<T>& function, std::span<const Path<T>> paths, const QuadratureRule& rule,
          const ScalarOfOutputs& scalar, const ChooseTargets& choose,
          const SamplingOptions& options)
      : function_(function),
        paths_(paths),
        rule_(rule),
        scalar_(scalar),
        choose_(choose),
        options_(options),
        result_(paths.size()) {}

  std::vector<std::vector<PathSamples>> run() {
    std::vector<Point> chunk;
    Index rows = 0;
    for (Index p = 0; p < static_cast<Index>(paths_.size()); ++p) {
      const Index length = path(p).input.rows;
      for (const Point& point : points_of_path(p, rule_)) {
        const auto size = static_cast<Index>(chunk.size());
        const bool full = rows + length > options_.rows_per_chunk ||
                          (options_.points_per_chunk > 0 && size >= options_.points_per_chunk);
        if (full && !chunk.empty()) {
          evaluate(chunk);
          chunk.clear();
          rows = 0;
        }
        chunk.push_back(point);
        rows += length;
      }
    }
    if (!chunk.empty()) evaluate(chunk);
    return std::move(result_);
  }

 private:
  const Path<T>& path(Index p) const { return paths_[static_cast<std::size_t>(p)]; }
  std::vector<PathSamples>& samples(Index p) { return result_[static_cast<std::size_t>(p)]; }

  void evaluate(std::span<const Point> chunk) {
    place(chunk);
    function_.forward(sequences_, path_of_point_, points_, outputs_);
    std::size_t most_targets = 0;
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      if (chunk[i].alpha == 1.0) choose_targets(chunk[i].path, outputs_.row(static_cast<Index>(i)));
      most_targets = std::max(most_targets, samples(chunk[i].path).size());
    }
    for (std::size_t k = 0; k < most_targets; ++k) {
      if (!seed(chunk, k)) continue;
      function_.backward(seeds_, d_points_);
      reduce(chunk, k);
    }
    if (options_.on_progress) options_.on_progress(static_cast<Index>(chunk.size()));
  }

  /// Lays the chunk's points end to end.
  void place(std::span<const Point> chunk) {
    sequences_.clear();
    path_of_point_.clear();
    for (const Point& point : chunk) {
      sequences_.append(path(point.path).input.rows);
      path_of_point_.push_back(point.path);
    }
    const Index columns = path(chunk[0].path).input.columns;
    const auto count = static_cast<Index>(chunk.size());
    points_.resize(sequences_.rows(), columns);
    d_points_.resize(sequences_.rows(), columns);
    outputs_.resize(count, function_.outputs());
    seeds_.resize(count, function_.outputs());
    for (Index i = 0; i < count; ++i) {
      const Point& point = chunk[static_cast<std::size_t>(i)];
      interpolate(path(point.path), point.alpha, rows_of(points_, i));
    }
  }

  MatrixView<T> rows_of(Matrix<T>& matrix, Index i) {
    return matrix.view().row_range(sequences_.start(i), sequences_.length(i));
  }

  void choose_targets(Index p, const double* outputs) {
    const std::span<const double> at_input(outputs, static_cast<std::size_t>(outputs_.columns()));
    for (const Index target : choose_(p, at_input)) {
      PathSamples& s = samples(p).emplace_back();
      s.target = target;
      s.outputs_at_input.assign(at_input.begin(), at_input.end());
      s.values.resize(rule_.nodes.size());
      s.slopes.resize(static_cast<Index>(rule_.nodes.size()), path(p).input.rows);
      if (!options_.full_attributions) continue;
      s.full.resize(path(p).input.rows, path(p).input.columns);
      s.full.fill(0);
    }
  }

  /// Values of F and the seeds dF/d_outputs for each point's k-th target; false: nothing to derive.
  bool seed(std::span<const Point> chunk, std::size_t k) {
    bool any = false;
    const auto outputs = static_cast<std::size_t>(outputs_.columns());
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      const Point& point = chunk[i];
      const auto row = static_cast<Index>(i);
      const std::span<double> seed(seeds_.row(row), outputs);
      std::fill(seed.begin(), seed.end(), 0.0);
      if (k >= samples(point.path).size()) continue;
      PathSamples& s = samples(point.path)[k];
      const double value = scalar_({outputs_.row(row), outputs}, s.target, seed);
      if (point.alpha == 1.0) s.value = value;
      if (point.alpha == 0.0) s.baseline_value = value;
      if (point.node) {
        s.values[static_cast<std::size_t>(*point.node)] = value;
        any = true;
      } else {
        std::fill(seed.begin(), seed.end(), 0.0);  // an end outside the rule: its value is enough
      }
    }
    return any;
  }

  /// Slope of every row: Σ_columns dF/dx · (x − x').
  void reduce(std::span<const Point> chunk, std::size_t k) {
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      const Point& point = chunk[i];
      if (!point.node || k >= samples(point.path).size()) continue;
      PathSamples& s = samples(point.path)[k];
      const MatrixView<T> d = rows_of(d_points_, static_cast<Index>(i));
      const double weight = rule_.weights[static_cast<std::size_t>(*point.node)];
      for (Index r = 0; r < d.rows; ++r) {
        const T* x = path(point.path).input.row(r);
        const T* origin = path(point.path).baseline.row(r);
        double slope = 0;
        for (Index c = 0; c < d.columns; ++c) {
          const double share = static_cast<double>(d(r, c)) * static_cast<double>(x[c] - origin[c]);
          slope += share;
          if (options_.full_attributions) s.full(r, c) += weight * share;
        }
        s.slopes(*point.node, r) = slope;
      }
    }
  }

  Differentiable<T>& function_;
  std::span<const Path<T>> paths_;
  const QuadratureRule& rule_;
  const ScalarOfOutputs& scalar_;
  const ChooseTargets& choose_;
  const SamplingOptions& options_;
  std::vector<std::vector<PathSamples>> result_;

  Sequences sequences_;
  std::vector<Index> path_of_point_;
  Matrix<T> points_, d_points_;     // (rows of the chunk × columns)
  Matrix<double> outputs_, seeds_;  // (points × outputs)
};

}  // namespace

template <class T>
std::vector<std::vector<PathSamples>> sample_paths(
    Differentiable<T>& function, std::span<const Path<T>> paths, const QuadratureRule& rule,
    const ScalarOfOutputs& scalar, const ChooseTargets& choose, const SamplingOptions& options) {
  return Sampler<T>(function, paths, rule, scalar, choose, options).run();
}

template std::vector<std::vector<PathSamples>> sample_paths<float>(
    Differentiable<float>&, std::span<const Path<float>>, const QuadratureRule&,
    const ScalarOfOutputs&, const ChooseTargets&, const SamplingOptions&);
template std::vector<std::vector<PathSamples>> sample_paths<double>(
    Differentiable<double>&, std::span<const Path<double>>, const QuadratureRule&,
    const ScalarOfOutputs&, const ChooseTargets&, const SamplingOptions&);

}  // namespace integrad
