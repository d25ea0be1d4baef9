#include "integrad/attribution/averaged_path.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "integrad/attribution/error_bars.h"
#include "integrad/attribution/point_runner.h"
#include "integrad/attribution/row_arithmetic.h"

namespace integrad {
namespace {

/// A node of a path.
struct Point {
  Index path, node;
};

/// A path at so many nodes, and what is known of it.
struct Nodes {
  std::vector<bool> read, done;        // each node: its summary is known, its gradients are taken
  bool averaged = false;               // all summaries were known, and the seeds are made
  Matrix<double> summaries;            // (nodes × columns)
  std::vector<Matrix<double>> seeds;   // of each target (nodes × columns)
  std::vector<Matrix<double>> slopes;  // of each target (nodes × rows)

  Nodes(Index nodes, Index columns)
      : read(static_cast<std::size_t>(nodes), false),
        done(static_cast<std::size_t>(nodes), false),
        summaries(nodes, columns) {}
  Index count() const { return summaries.rows(); }
  bool complete() const { return std::find(read.begin(), read.end(), false) == read.end(); }
};

template <class T>
class AveragedSampler {
 public:
  AveragedSampler(Differentiable<T>& summary, Head& head, std::span<const Path<T>> paths,
                  Index nodes, const ScalarOfOutputs& scalar, const ChooseTargets& choose,
                  const SamplingOptions& options, PointBuffers<T>& buffers)
      : runner_(summary, paths, options, buffers),
        head_(head),
        paths_(paths),
        columns_(summary.outputs()),
        scalar_(scalar),
        choose_(choose),
        options_(options),
        result_(paths.size()) {
    const Index first = options.adaptive ? first_nodes(*options.adaptive) : nodes;
    for (std::size_t p = 0; p < paths.size(); ++p) nodes_.emplace_back(first, columns_);
  }

  std::vector<std::vector<PathSamples>> run() {
    std::vector<Index> open(paths_.size());
    std::iota(open.begin(), open.end(), Index{0});
    while (!open.empty()) {
      run_nodes(open);
      run_nodes(open);  // those whose averages were not known yet
      std::vector<Index> finer;
      for (const Index p : open) {
        if (!settle(p)) finer.push_back(p);
      }
      open = std::move(finer);
    }
    return std::move(result_);
  }

  // What a PointRunner asks for.
  void fill(const Point& point, Index row, T* values) const {
    const Path<T>& ends = path(point.path);
    const double alpha =
        static_cast<double>(point.node) / static_cast<double>(nodes(point.path).count() - 1);
    interpolate(ends.input.row(row), ends.baseline.row(row), alpha, ends.input.columns, values);
  }

  void read(const Point& point, std::span<const double> summary) {
    Nodes& all = nodes(point.path);
    std::copy(summary.begin(), summary.end(), all.summaries.row(point.node));
    all.read[static_cast<std::size_t>(point.node)] = true;
  }

  /// None as long as summaries are missing.
  std::size_t targets(Index p) {
    if (!nodes(p).averaged && nodes(p).complete()) average(p);
    return nodes(p).seeds.size();
  }

  bool seed(const Point& point, std::size_t k, std::span<const double>, std::span<double> seed) {
    std::copy_n(nodes(point.path).seeds[k].row(point.node), columns_, seed.begin());
    nodes(point.path).done[static_cast<std::size_t>(point.node)] = true;
    return true;
  }

  void reduce(std::size_t k) {
    const Matrix<T>& d_points = runner_.d_points();
    runner_.for_each_row([&](const Point& point, Index row, Index r) {
      if (!counts(point, k)) return;
      const Path<T>& ends = path(point.path);
      nodes(point.path).slopes[k](point.node, row) =
          slope(d_points.row(r), ends.input.row(row), ends.baseline.row(row), d_points.columns());
    });
    if (!options_.mean_gradient) return;
    runner_.add_derivatives([&](const Point& point) -> WeightedSum {
      if (!counts(point, k)) return {};
      return {&samples(point.path)[k].mean_gradient, 1.0};
    });
  }

 private:
  static Index first_nodes(const AdaptiveOptions& options) {
    constexpr double small = 3e-3;  // most paths need 33 nodes for less
    if (options.tolerance < small && options.max_nodes >= 33) return 33;
    for (const Index nodes : {25, 17}) {
      if (nodes <= options.max_nodes) return nodes;
    }
    return 9;
  }

  const Path<T>& path(Index p) const { return paths_[static_cast<std::size_t>(p)]; }
  Nodes& nodes(Index p) { return nodes_[static_cast<std::size_t>(p)]; }
  const Nodes& nodes(Index p) const { return nodes_[static_cast<std::size_t>(p)]; }
  std::vector<PathSamples>& samples(Index p) { return result_[static_cast<std::size_t>(p)]; }
  bool counts(const Point& point, std::size_t k) const {
    return k < nodes(point.path).seeds.size();
  }

  const HeadAverage& average_of(Index count) {
    return averages_.try_emplace(count, count).first->second;
  }

  /// The nodes whose gradients are missing.
  void run_nodes(const std::vector<Index>& open) {
    std::vector<Point> points;
    for (const Index p : open) {
      if (nodes(p).averaged && nodes(p).seeds.empty()) continue;  // nothing is explained
      for (Index node = 0; node < nodes(p).count(); ++node) {
        if (!nodes(p).done[static_cast<std::size_t>(node)]) points.push_back({p, node});
      }
    }
    runner_.run(
        points.size(), [&](std::size_t i) { return points[i]; }, *this);
  }

  /// Chooses a path's targets and averages the head's derivative for each of them.
  void average(Index p) {
    Nodes& all = nodes(p);
    all.averaged = true;
    if (samples(p).empty()) choose_targets(p);
    std::vector<Index> targets;
    for (const PathSamples& s : samples(p)) targets.push_back(s.target);
    all.seeds = average_of(all.count()).derivatives(head_, all.summaries, targets, scalar_);
    for (std::size_t k = 0; k < targets.size(); ++k) {
      all.slopes.emplace_back(all.count(), path(p).input.rows);
    }
  }

  void choose_targets(Index p) {
    const Nodes& all = nodes(p);
    Matrix<double> ends(2, columns_), outputs(2, head_.outputs());
    std::copy_n(all.summaries.row(0), columns_, ends.row(0));
    std::copy_n(all.summaries.row(all.count() - 1), columns_, ends.row(1));
    head_.forward(ends, outputs);
    const auto outputs_at = [&](Index row) {
      return std::span<const double>(outputs.row(row), static_cast<std::size_t>(outputs.columns()));
    };
    std::vector<double> seed(static_cast<std::size_t>(outputs.columns()));
    for (const Index target : choose_(p, outputs_at(1))) {
      PathSamples& s = samples(p).emplace_back();
      s.target = target;
      s.outputs_at_input.assign(outputs_at(1).begin(), outputs_at(1).end());
      s.value = scalar_(outputs_at(1), target, seed);
      s.baseline_value = scalar_(outputs_at(0), target, seed);
      if (!options_.mean_gradient) continue;
      s.mean_gradient.resize(path(p).input.rows, path(p).input.columns);
      s.mean_gradient.fill(0);
    }
  }

  /// Adds up what the nodes gave; false: the path goes on with half their distance.
  bool settle(Index p) {
    bool settled = true;
    for (std::size_t k = 0; k < samples(p).size(); ++k) {
      PathSamples& s = samples(p)[k];
      const Matrix<double>& slopes = nodes(p).slopes[k];
      s.evaluations += slopes.rows();
      s.weighted_slopes.assign(static_cast<std::size_t>(slopes.columns()), 0.0);
      for (Index i = 0; i < slopes.rows(); ++i) {
        for (Index r = 0; r < slopes.columns(); ++r) {
          s.weighted_slopes[static_cast<std::size_t>(r)] += slopes(i, r);
        }
      }
      if (options_.adaptive) settled = estimate(slopes, s) && settled;
    }
    const Index finer = 2 * nodes(p).count() - 1;
    if (!settled && samples(p).front().evaluations + finer <= options_.adaptive->max_nodes) {
      refine(p, finer);
      return false;
    }
    nodes(p) = Nodes(0, 0);  // its memory
    return true;
  }

  /// Half the distance; the summaries that are known stay.
  void refine(Index p, Index count) {
    Nodes finer(count, columns_);
    for (Index i = 0; i < nodes(p).count(); ++i) {
      std::copy_n(nodes(p).summaries.row(i), columns_, finer.summaries.row(2 * i));
      finer.read[static_cast<std::size_t>(2 * i)] = true;
    }
    nodes(p) = std::move(finer);
  }

  /// The error of a target's sums: the gap, and what every second node says otherwise. A node's
  /// slopes divided by the integral of its spline are those of a smoothed integrand, which splines
  /// through fewer nodes integrate, too, but far worse: of 16 real paths the true error was at most
  /// 0.14 of the difference with 17 nodes, less with more. False: more nodes are wanted.
  bool estimate(const Matrix<double>& slopes, PathSamples& s) {
    constexpr double of_difference = 0.1;
    constexpr Index enough = 17;  // with fewer the difference itself may be too small
    const AdaptiveOptions& options = *options_.adaptive;
    const Index every_second = (slopes.rows() + 1) / 2;
    const auto& fine = average_of(slopes.rows()).integrals();
    const auto& coarse = average_of(every_second).integrals();
    std::vector<double> rows = s.weighted_slopes;
    for (Index i = 0; i < every_second; ++i) {
      const double weight =
          coarse[static_cast<std::size_t>(i)] / fine[static_cast<std::size_t>(2 * i)];
      for (std::size_t r = 0; r < rows.size(); ++r) {
        rows[r] -= weight * slopes(2 * i, static_cast<Index>(r));
      }
    }
    for (double& row : rows) row = std::abs(row) * (slopes.rows() < enough ? 1 : of_difference);
    const double gap = std::abs(std::accumulate(s.weighted_slopes.begin(), s.weighted_slopes.end(),
                                                s.baseline_value - s.value));
    ErrorBars bars =
        error_bars(s.weighted_slopes, rows, options.rounding == 0 ? gap : 0, options.rounding);
    s.errors = std::move(bars.errors);
    s.relative_error = bars.relative_error;
    const bool settled = bars.missed <= tolerated(options.tolerance) * bars.size;
    s.converged = settled && options.rounding <= options.tolerance;
    return settled || !std::isfinite(bars.missed);  // the caller sees what is no number
  }

  PointRunner<T, Point> runner_;
  Head& head_;
  std::span<const Path<T>> paths_;
  Index columns_;
  const ScalarOfOutputs& scalar_;
  const ChooseTargets& choose_;
  const SamplingOptions& options_;
  std::map<Index, HeadAverage> averages_;  // by their number of nodes
  std::vector<Nodes> nodes_;               // of each path
  std::vector<std::vector<PathSamples>> result_;
};

}  // namespace

template <class T>
std::vector<std::vector<PathSamples>> sample_with_averaged_head(
    Differentiable<T>& summary, Head& head, std::span<const Path<T>> paths, Index nodes,
    const ScalarOfOutputs& scalar, const ChooseTargets& choose, const SamplingOptions& options,
    PointBuffers<T>& buffers) {
  return AveragedSampler<T>(summary, head, paths, nodes, scalar, choose, options, buffers).run();
}

template std::vector<std::vector<PathSamples>> sample_with_averaged_head<float>(
    Differentiable<float>&, Head&, std::span<const Path<float>>, Index, const ScalarOfOutputs&,
    const ChooseTargets&, const SamplingOptions&, PointBuffers<float>&);
template std::vector<std::vector<PathSamples>> sample_with_averaged_head<double>(
    Differentiable<double>&, Head&, std::span<const Path<double>>, Index, const ScalarOfOutputs&,
    const ChooseTargets&, const SamplingOptions&, PointBuffers<double>&);

}  // namespace integrad
