#include "integrad/attribution/path.h"

#include <algorithm>

#include "integrad/attribution/point_runner.h"
#include "integrad/attribution/row_arithmetic.h"

namespace integrad {
namespace {

/// One point of a path.
struct Place {
  double alpha;
  std::optional<Index> node;  // of the rule; none: an end that the rule does not use
};

/// A point of a path's adaptive sampling: its node is its place on the grid.
Place place_on_grid(Index place) {
  return {static_cast<double>(place) / static_cast<double>(finest_grid), place};
}

/// A point to evaluate.
struct Point {
  Index path;
  Place place;
};

/// The two ends first, so that targets are known before the first derivative is asked for.
std::vector<Place> places_of(const QuadratureRule& rule) {
  std::vector<Place> places{{1.0, {}}, {0.0, {}}};
  places.reserve(rule.nodes.size() + 2);
  for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
    const auto node = static_cast<Index>(i);
    if (rule.nodes[i] == 1.0) {
      places[0].node = node;
    } else if (rule.nodes[i] == 0.0) {
      places[1].node = node;
    } else {
      places.push_back({rule.nodes[i], node});
    }
  }
  return places;
}

/// The user of a PointRunner that keeps slopes.
template <class T>
class Sampler {
 public:
  Sampler(Differentiable<T>& function, std::span<const Path<T>> paths, const QuadratureRule& rule,
          const ScalarOfOutputs& scalar, const ChooseTargets& choose,
          const SamplingOptions& options, PointBuffers<T>& buffers)
      : runner_(function, paths, options, buffers),
        paths_(paths),
        rule_(rule),
        scalar_(scalar),
        choose_(choose),
        options_(options),
        result_(paths.size()) {}

  std::vector<std::vector<PathSamples>> run() {
    if (options_.adaptive) return run_adaptive();
    const std::vector<Place> places = places_of(rule_);
    constexpr std::size_t ends = 2;  // of all paths first: where no node is, no backward runs
    evaluate_at(std::span(places).first(ends));
    evaluate_at(std::span(places).subspan(ends));
    return std::move(result_);
  }

  void fill(const Point& point, Index row, T* values) const {
    const Path<T>& ends = path(point.path);
    interpolate(ends.input.row(row), ends.baseline.row(row), point.place.alpha, ends.input.columns,
                values);
  }

  void read(const Point& point, std::span<const double> outputs) {
    if (point.place.alpha != 1.0) return;
    for (const Index target : choose_(point.path, outputs)) {
      PathSamples& s = samples(point.path).emplace_back();
      s.target = target;
      s.outputs_at_input.assign(outputs.begin(), outputs.end());
      if (options_.adaptive) {
        grids_[static_cast<std::size_t>(point.path)].emplace_back();
        continue;
      }
      const Path<T>& ends = path(point.path);
      s.evaluations = static_cast<Index>(rule_.nodes.size());
      s.values.resize(rule_.nodes.size());
      s.weighted_slopes.resize(static_cast<std::size_t>(ends.input.rows));
      if (!options_.mean_gradient) continue;
      s.mean_gradient.resize(ends.input.rows, ends.input.columns);
      s.mean_gradient.fill(0);
    }
  }

  std::size_t targets(Index p) const { return result_[static_cast<std::size_t>(p)].size(); }

  bool seed(const Point& point, std::size_t k, std::span<const double> outputs,
            std::span<double> seed) {
    PathSamples& s = samples(point.path)[k];
    const double value = scalar_(outputs, s.target, seed);
    if (point.place.alpha == 1.0) s.value = value;
    if (point.place.alpha == 0.0) s.baseline_value = value;
    if (options_.adaptive) {
      AdaptiveSamples& grid = grids_[static_cast<std::size_t>(point.path)][k];
      grid.places.push_back(*point.place.node);
      grid.values.push_back(value);
    } else if (point.place.node) {
      s.values[static_cast<std::size_t>(*point.place.node)] = value;
    }
    return point.place.node.has_value();  // of an end outside the rule the value is enough
  }

  /// Adds what each point gives to the sums of its path, in the points' order.
  void reduce(std::size_t k) {
    const Matrix<T>& d_points = runner_.d_points();
    slopes_.resize(static_cast<std::size_t>(d_points.rows()));
    runner_.for_each_row([&](const Point& point, Index row, Index r) {
      if (!counts(point, k)) return;
      const Path<T>& ends = path(point.path);
      slopes_[static_cast<std::size_t>(r)] =
          slope(d_points.row(r), ends.input.row(row), ends.baseline.row(row), d_points.columns());
    });
    const Sequences& sequences = runner_.sequences();
    for (Index i = 0; i < sequences.count(); ++i) {
      const Point& point = runner_.chunk()[static_cast<std::size_t>(i)];
      if (!counts(point, k)) continue;
      const double* slopes = slopes_.data() + sequences.start(i);
      if (options_.adaptive) {
        grids_[static_cast<std::size_t>(point.path)][k].slopes.emplace_back(
            slopes, slopes + sequences.length(i));
        continue;
      }
      std::vector<double>& sums = samples(point.path)[k].weighted_slopes;
      for (std::size_t r = 0; r < sums.size(); ++r) sums[r] += weight(point) * slopes[r];
    }
    if (!options_.mean_gradient) return;
    runner_.add_derivatives([&](const Point& point) -> WeightedSum {
      if (!counts(point, k)) return {};
      return {&samples(point.path)[k].mean_gradient, weight(point)};
    });
  }

 private:
  const Path<T>& path(Index p) const { return paths_[static_cast<std::size_t>(p)]; }
  std::vector<PathSamples>& samples(Index p) { return result_[static_cast<std::size_t>(p)]; }

  /// Rounds: all paths at the same places, then each where it needs more.
  std::vector<std::vector<PathSamples>> run_adaptive() {
    grids_.resize(paths_.size());
    std::vector<Place> places;
    for (const Index place : first_places()) places.push_back(place_on_grid(place));
    std::swap(places.front(), places.back());  // the input first: it chooses the targets
    evaluate_at(std::span(places).first(1));
    evaluate_at(std::span(places).subspan(1));
    std::vector<Point> points;
    do {
      points.clear();
      for (std::size_t p = 0; p < paths_.size(); ++p) {
        for (const Index place : refine(p)) {
          points.push_back({static_cast<Index>(p), place_on_grid(place)});
        }
      }
      runner_.run(
          points.size(), [&](std::size_t i) { return points[i]; }, *this);
    } while (!points.empty());
    return std::move(result_);
  }

  /// Settles what a path's samples say of its targets; the places that any of them wants.
  std::vector<Index> refine(std::size_t p) {
    if (result_[p].empty()) return {};
    const auto nodes = static_cast<Index>(grids_[p].front().places.size());
    if (result_[p].front().evaluations == nodes) return {};  // settled
    std::vector<std::vector<Index>> wanted;
    for (std::size_t k = 0; k < result_[p].size(); ++k) {
      PathSamples& s = result_[p][k];
      AdaptiveEstimate found = estimate(grids_[p][k], *options_.adaptive);
      s.evaluations = nodes;
      s.weighted_slopes = std::move(found.attributions);
      s.errors = std::move(found.errors);
      s.relative_error = found.relative_error;
      s.converged = found.converged;
      wanted.push_back(std::move(found.next));
    }
    return worst_of_all(wanted, options_.adaptive->max_nodes - nodes);
  }

  /// Every path at these places.
  void evaluate_at(std::span<const Place> places) {
    const auto point_at = [&](std::size_t i) {
      return Point{static_cast<Index>(i / places.size()), places[i % places.size()]};
    };
    runner_.run(paths_.size() * places.size(), point_at, *this);
  }

  /// Whether the point's gradient for its k-th target goes into a sum.
  bool counts(const Point& point, std::size_t k) const {
    return point.place.node && k < result_[static_cast<std::size_t>(point.path)].size();
  }
  double weight(const Point& point) const {
    return rule_.weights[static_cast<std::size_t>(*point.place.node)];
  }

  PointRunner<T, Point> runner_;
  std::span<const Path<T>> paths_;
  const QuadratureRule& rule_;
  const ScalarOfOutputs& scalar_;
  const ChooseTargets& choose_;
  const SamplingOptions& options_;
  std::vector<std::vector<PathSamples>> result_;
  std::vector<std::vector<AdaptiveSamples>> grids_;  // one a target of each path
  std::vector<double> slopes_;                       // (rows of the chunk)
};

}  // namespace

template <class T>
std::vector<std::vector<PathSamples>> sample_paths(
    Differentiable<T>& function, std::span<const Path<T>> paths, const QuadratureRule& rule,
    const ScalarOfOutputs& scalar, const ChooseTargets& choose, const SamplingOptions& options,
    PointBuffers<T>& buffers) {
  return Sampler<T>(function, paths, rule, scalar, choose, options, buffers).run();
}

template std::vector<std::vector<PathSamples>> sample_paths<float>(
    Differentiable<float>&, std::span<const Path<float>>, const QuadratureRule&,
    const ScalarOfOutputs&, const ChooseTargets&, const SamplingOptions&, PointBuffers<float>&);
template std::vector<std::vector<PathSamples>> sample_paths<double>(
    Differentiable<double>&, std::span<const Path<double>>, const QuadratureRule&,
    const ScalarOfOutputs&, const ChooseTargets&, const SamplingOptions&, PointBuffers<double>&);

}  // namespace integrad
