#include "integrad/attribution/around_input.h"

#include <algorithm>
#include <cmath>

#include "integrad/attribution/point_runner.h"
#include "integrad/attribution/row_arithmetic.h"
#include "integrad/attribution/row_noise.h"

namespace integrad {
namespace {

/// Number 0 is the input, 1 the baseline, the others are the algorithm's.
struct Point {
  Index path, number;
};
constexpr Index at_input = 0, at_baseline = 1, first_other = 2;

template <class T>
double deviation_of_entries(ConstMatrixView<T> x) {
  double sum = 0, squares = 0;
  for (Index r = 0; r < x.rows; ++r) {
    for (Index c = 0; c < x.columns; ++c) {
      const auto entry = static_cast<double>(x(r, c));
      sum += entry;
      squares += entry * entry;
    }
  }
  const auto count = static_cast<double>(std::max<Index>(1, x.rows * x.columns));
  return std::sqrt(std::max(0.0, squares / count - std::pow(sum / count, 2)));
}

/// The user of a PointRunner.
template <class T>
class Around {
 public:
  Around(Differentiable<T>& function, std::span<const Path<T>> paths, const ScalarOfOutputs& scalar,
         const ChooseTargets& choose, const AroundOptions& around, const SamplingOptions& options,
         PointBuffers<T>& buffers)
      : runner_(function, paths, options, buffers),
        paths_(paths),
        scalar_(scalar),
        choose_(choose),
        around_(around),
        result_(paths.size()) {
    zeros_.resize(paths.empty() ? 0 : static_cast<std::size_t>(paths[0].input.columns), T(0));
    for (const Path<T>& path : paths) {
      deviations_.push_back(noisy() ? around.noise * deviation_of_entries<T>(path.input) : 0);
      moved_.push_back(around.algorithm == Algorithm::occlusion ? moved_rows(path)
                                                                : std::vector<Index>{});
    }
  }

  std::vector<std::vector<PathSamples>> run() {
    std::vector<Point> points;
    const auto count = static_cast<Index>(paths_.size());
    for (Index p = 0; p < count; ++p)
      points.insert(points.end(), {{p, at_input}, {p, at_baseline}});
    const auto point_at = [&](std::size_t i) { return points[i]; };
    runner_.run(points.size(), point_at, *this);
    points.clear();
    for (Index p = 0; p < count; ++p) {
      const Index others = noisy() ? around_.points : static_cast<Index>(moved(p).size());
      for (Index i = 0; i < others; ++i) points.push_back({p, first_other + i});
    }
    runner_.run(points.size(), point_at, *this);
    for (auto& targets : result_) {
      for (PathSamples& s : targets) finish(s);
    }
    return std::move(result_);
  }

  void fill(const Point& point, Index row, T* values) const {
    const Path<T>& ends = path(point.path);
    const Index columns = ends.input.columns, other = point.number - first_other;
    const bool from_baseline =
        point.number == at_baseline || (other >= 0 && !noisy() && occluded(point) == row);
    std::copy_n(from_baseline ? ends.baseline.row(row) : ends.input.row(row), columns, values);
    if (other < 0 || !noisy()) return;
    std::mt19937_64 random = random_of_row(around_.seed, other, row);
    std::normal_distribution<double> normal(0, 1);
    const double deviation = deviations_[static_cast<std::size_t>(point.path)];
    for (Index c = 0; c < columns; ++c) values[c] += static_cast<T>(deviation * normal(random));
  }

  void read(const Point& point, std::span<const double> outputs) {
    if (point.number != at_input) return;
    for (const Index target : choose_(point.path, outputs)) {
      PathSamples& s = samples(point.path).emplace_back();
      s.target = target;
      s.outputs_at_input.assign(outputs.begin(), outputs.end());
      const Path<T>& ends = path(point.path);
      s.weighted_slopes.resize(static_cast<std::size_t>(ends.input.rows));
      s.evaluations = noisy() ? around_.points : 1;
      if (around_.algorithm == Algorithm::occlusion) {
        s.evaluations = static_cast<Index>(moved(point.path).size());
      }
      if (!noisy()) continue;
      s.mean_gradient.resize(ends.input.rows, ends.input.columns);
      s.mean_gradient.fill(0);
    }
  }

  std::size_t targets(Index p) const { return result_[static_cast<std::size_t>(p)].size(); }

  bool seed(const Point& point, std::size_t k, std::span<const double> outputs,
            std::span<double> seed) {
    PathSamples& s = samples(point.path)[k];
    const double value = scalar_(outputs, s.target, seed);
    if (point.number == at_input) s.value = value;
    if (point.number == at_baseline) s.baseline_value = value;
    if (point.number >= first_other && !noisy()) {
      s.weighted_slopes[static_cast<std::size_t>(occluded(point))] = s.value - value;
    }
    return has_derivative(point);
  }

  /// Sums of the gradients' squares or products with x, and of the gradients themselves.
  void reduce(std::size_t k) {
    const Matrix<T>& d_points = runner_.d_points();
    const auto counts = [&](const Point& point) {
      return has_derivative(point) && k < targets(point.path);
    };
    sums_.resize(static_cast<std::size_t>(d_points.rows()));
    runner_.for_each_row([&](const Point& point, Index row, Index r) {
      if (!counts(point)) return;
      const bool times_input = around_.algorithm == Algorithm::input_x_gradient;
      const T* gradient = d_points.row(r);
      sums_[static_cast<std::size_t>(r)] =
          slope(gradient, times_input ? path(point.path).input.row(row) : gradient, zeros_.data(),
                d_points.columns());
    });
    const double weight = noisy() ? 1 / static_cast<double>(around_.points) : 1;
    const Sequences& sequences = runner_.sequences();
    for (Index i = 0; i < sequences.count(); ++i) {
      const Point& point = runner_.chunk()[static_cast<std::size_t>(i)];
      if (!counts(point)) continue;
      std::vector<double>& scores = samples(point.path)[k].weighted_slopes;
      const double* sums = sums_.data() + sequences.start(i);
      for (std::size_t r = 0; r < scores.size(); ++r) scores[r] += weight * sums[r];
    }
    if (!noisy()) return;
    runner_.add_derivatives([&](const Point& point) -> WeightedSum {
      if (!counts(point)) return {};
      return {&samples(point.path)[k].mean_gradient, weight};
    });
  }

 private:
  const Path<T>& path(Index p) const { return paths_[static_cast<std::size_t>(p)]; }
  std::vector<PathSamples>& samples(Index p) { return result_[static_cast<std::size_t>(p)]; }
  const std::vector<Index>& moved(Index p) const { return moved_[static_cast<std::size_t>(p)]; }
  Index occluded(const Point& point) const {
    return moved(point.path)[static_cast<std::size_t>(point.number - first_other)];
  }

  bool noisy() const {
    return around_.algorithm == Algorithm::smooth_grad || around_.algorithm == Algorithm::var_grad;
  }
  bool has_derivative(const Point& point) const {
    if (noisy()) return point.number >= first_other;
    return point.number == at_input && around_.algorithm != Algorithm::occlusion;
  }

  static std::vector<Index> moved_rows(const Path<T>& path) {
    std::vector<Index> rows;
    for (Index r = 0; r < path.input.rows; ++r) {
      const T* x = path.input.row(r);
      if (!std::equal(x, x + path.input.columns, path.baseline.row(r))) rows.push_back(r);
    }
    return rows;
  }

  /// From sums to scores.
  void finish(PathSamples& s) const {
    for (std::size_t r = 0; r < s.weighted_slopes.size(); ++r) {
      double& score = s.weighted_slopes[r];
      if (around_.algorithm == Algorithm::saliency) score = std::sqrt(score);
      if (!noisy()) continue;
      const double* mean = s.mean_gradient.row(static_cast<Index>(r));
      double square = 0;
      for (Index c = 0; c < s.mean_gradient.columns(); ++c) square += mean[c] * mean[c];
      score = around_.algorithm == Algorithm::smooth_grad ? std::sqrt(square)
                                                          : std::max(0.0, score - square);
    }
    s.mean_gradient = {};
  }

  PointRunner<T, Point> runner_;
  std::span<const Path<T>> paths_;
  const ScalarOfOutputs& scalar_;
  const ChooseTargets& choose_;
  const AroundOptions& around_;
  std::vector<std::vector<PathSamples>> result_;
  std::vector<T> zeros_;                   // a row
  std::vector<double> deviations_;         // of the noise, of each path
  std::vector<std::vector<Index>> moved_;  // rows of each path that are occluded
  std::vector<double> sums_;               // (rows of the chunk)
};

}  // namespace

template <class T>
std::vector<std::vector<PathSamples>> sample_around(
    Differentiable<T>& function, std::span<const Path<T>> paths, const ScalarOfOutputs& scalar,
    const ChooseTargets& choose, const AroundOptions& around, const SamplingOptions& options,
    PointBuffers<T>& buffers) {
  return Around<T>(function, paths, scalar, choose, around, options, buffers).run();
}

template std::vector<std::vector<PathSamples>> sample_around<float>(
    Differentiable<float>&, std::span<const Path<float>>, const ScalarOfOutputs&,
    const ChooseTargets&, const AroundOptions&, const SamplingOptions&, PointBuffers<float>&);
template std::vector<std::vector<PathSamples>> sample_around<double>(
    Differentiable<double>&, std::span<const Path<double>>, const ScalarOfOutputs&,
    const ChooseTargets&, const AroundOptions&, const SamplingOptions&, PointBuffers<double>&);

}  // namespace integrad
