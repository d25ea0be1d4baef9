#include "integrad/attribution/path.h"

#include <algorithm>

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

/// x' + α (x − x') of one row, exact at both ends.
template <class T>
void interpolate(const T* x, const T* origin, double alpha, Index columns, T* point) {
  if (alpha == 1.0) {
    std::copy_n(x, columns, point);
    return;
  }
  const T a(alpha);
  for (Index c = 0; c < columns; ++c) point[c] = origin[c] + a * (x[c] - origin[c]);
}

/// Σ d · (x − x'). Eight sums side by side, so that the compiler may use vectors: the order of a
/// sum is the program's, not the compiler's.
template <class T>
double slope(const T* d, const T* x, const T* origin, Index columns) {
  constexpr Index lanes = 8;
  double sums[lanes] = {};
  Index c = 0;
  for (; c + lanes <= columns; c += lanes) {
    for (Index l = 0; l < lanes; ++l) {
      sums[l] += static_cast<double>(d[c + l]) * static_cast<double>(x[c + l] - origin[c + l]);
    }
  }
  for (; c < columns; ++c) {
    sums[c % lanes] += static_cast<double>(d[c]) * static_cast<double>(x[c] - origin[c]);
  }
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

template <class T>
class Sampler {
 public:
  Sampler(Differentiable<T>& function, std::span<const Path<T>> paths, const QuadratureRule& rule,
          const ScalarOfOutputs& scalar, const ChooseTargets& choose,
          const SamplingOptions& options, PointBuffers<T>& buffers)
      : function_(function),
        paths_(paths),
        rule_(rule),
        scalar_(scalar),
        choose_(choose),
        options_(options),
        points_(buffers.points),
        d_points_(buffers.d_points),
        result_(paths.size()) {}

  std::vector<std::vector<PathSamples>> run() {
    if (options_.adaptive) return run_adaptive();
    const std::vector<Place> places = places_of(rule_);
    constexpr std::size_t ends = 2;  // of all paths first: where no node is, no backward runs
    evaluate_at(std::span(places).first(ends));
    evaluate_at(std::span(places).subspan(ends));
    return std::move(result_);
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
      evaluate_all(points.size(), [&](std::size_t i) { return points[i]; });
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
    evaluate_all(paths_.size() * places.size(), [&](std::size_t i) {
      return Point{static_cast<Index>(i / places.size()), places[i % places.size()]};
    });
  }

  /// `count` points, in chunks that paths share.
  template <class PointAt>
  void evaluate_all(std::size_t count, const PointAt& point_at) {
    Index rows = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Point point = point_at(i);
      const Index length = path(point.path).input.rows;
      const auto size = static_cast<Index>(chunk_.size());
      const bool full = rows + length > options_.rows_per_chunk ||
                        (options_.points_per_chunk > 0 && size >= options_.points_per_chunk);
      if (full && !chunk_.empty()) {
        evaluate();
        rows = 0;
      }
      chunk_.push_back(point);
      rows += length;
    }
    if (!chunk_.empty()) evaluate();
  }

  void evaluate() {
    place();
    function_.forward(sequences_, path_of_point_, points_, outputs_);
    std::size_t most_targets = 0;
    for (std::size_t i = 0; i < chunk_.size(); ++i) {
      const Point& point = chunk_[i];
      if (point.place.alpha == 1.0) choose_targets(point.path, outputs_.row(static_cast<Index>(i)));
      most_targets = std::max(most_targets, samples(point.path).size());
    }
    for (std::size_t k = 0; k < most_targets; ++k) {
      if (!seed(k)) continue;
      function_.backward(seeds_, d_points_);
      reduce(k);
    }
    if (options_.on_progress) options_.on_progress(static_cast<Index>(chunk_.size()));
    chunk_.clear();
  }

  /// Lays the chunk's points end to end.
  void place() {
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
#pragma omp parallel for schedule(static) num_threads(options_.threads)
    for (Index r = 0; r < points_.rows(); ++r) {
      const Index i = point_of_row(r), row = r - sequences_.start(i);
      const Point& point = chunk_[static_cast<std::size_t>(i)];
      const Path<T>& ends = path(point.path);
      interpolate(ends.input.row(row), ends.baseline.row(row), point.place.alpha, columns,
                  points_.row(r));
    }
  }

  Index point_of_row(Index r) const {
    const auto& starts = sequences_.starts;
    return std::upper_bound(starts.begin(), starts.end(), r) - starts.begin() - 1;
  }

  void choose_targets(Index p, const double* outputs) {
    const std::span<const double> at_input(outputs, static_cast<std::size_t>(outputs_.columns()));
    for (const Index target : choose_(p, at_input)) {
      PathSamples& s = samples(p).emplace_back();
      s.target = target;
      s.outputs_at_input.assign(at_input.begin(), at_input.end());
      if (options_.adaptive) {
        grids_[static_cast<std::size_t>(p)].emplace_back();
        continue;
      }
      s.evaluations = static_cast<Index>(rule_.nodes.size());
      s.values.resize(rule_.nodes.size());
      s.weighted_slopes.resize(static_cast<std::size_t>(path(p).input.rows));
      if (!options_.mean_gradient) continue;
      s.mean_gradient.resize(path(p).input.rows, path(p).input.columns);
      s.mean_gradient.fill(0);
    }
  }

  /// Values of F and the seeds dF/d_outputs for each point's k-th target; false: nothing to derive.
  bool seed(std::size_t k) {
    bool any = false;
    const auto outputs = static_cast<std::size_t>(outputs_.columns());
    for (std::size_t i = 0; i < chunk_.size(); ++i) {
      const Point& point = chunk_[i];
      const auto row = static_cast<Index>(i);
      const std::span<double> seed(seeds_.row(row), outputs);
      std::fill(seed.begin(), seed.end(), 0.0);
      if (k >= samples(point.path).size()) continue;
      PathSamples& s = samples(point.path)[k];
      const double value = scalar_({outputs_.row(row), outputs}, s.target, seed);
      if (point.place.alpha == 1.0) s.value = value;
      if (point.place.alpha == 0.0) s.baseline_value = value;
      if (options_.adaptive) {
        AdaptiveSamples& grid = grids_[static_cast<std::size_t>(point.path)][k];
        grid.places.push_back(*point.place.node);
        grid.values.push_back(value);
        any = true;
      } else if (point.place.node) {
        s.values[static_cast<std::size_t>(*point.place.node)] = value;
        any = true;
      } else {
        std::fill(seed.begin(), seed.end(), 0.0);  // an end outside the rule: its value is enough
      }
    }
    return any;
  }

  /// Whether the point's gradient for its k-th target goes into a sum.
  bool counts(const Point& point, std::size_t k) const {
    return point.place.node && k < result_[static_cast<std::size_t>(point.path)].size();
  }
  double weight(const Point& point) const {
    return rule_.weights[static_cast<std::size_t>(*point.place.node)];
  }

  /// Adds what each point gives to the sums of its path, in the points' order.
  void reduce(std::size_t k) {
    const Index columns = d_points_.columns();
    slopes_.resize(static_cast<std::size_t>(d_points_.rows()));
#pragma omp parallel for schedule(static) num_threads(options_.threads)
    for (Index r = 0; r < d_points_.rows(); ++r) {
      const Index i = point_of_row(r), row = r - sequences_.start(i);
      const Point& point = chunk_[static_cast<std::size_t>(i)];
      if (!counts(point, k)) continue;
      const Path<T>& ends = path(point.path);
      slopes_[static_cast<std::size_t>(r)] =
          slope(d_points_.row(r), ends.input.row(row), ends.baseline.row(row), columns);
    }
    for (Index i = 0; i < sequences_.count(); ++i) {
      const Point& point = chunk_[static_cast<std::size_t>(i)];
      if (!counts(point, k)) continue;
      const double* slopes = slopes_.data() + sequences_.start(i);
      if (options_.adaptive) {
        grids_[static_cast<std::size_t>(point.path)][k].slopes.emplace_back(
            slopes, slopes + sequences_.length(i));
        continue;
      }
      std::vector<double>& sums = samples(point.path)[k].weighted_slopes;
      for (std::size_t r = 0; r < sums.size(); ++r) sums[r] += weight(point) * slopes[r];
    }
    if (options_.mean_gradient) add_gradients(k);
  }

  /// Threads share the columns, so that each sum keeps its order.
  void add_gradients(std::size_t k) {
    constexpr Index width = 64;
    const Index columns = d_points_.columns();
#pragma omp parallel for schedule(static) num_threads(options_.threads)
    for (Index first = 0; first < columns; first += width) {
      for (Index i = 0; i < sequences_.count(); ++i) {
        const Point& point = chunk_[static_cast<std::size_t>(i)];
        if (!counts(point, k)) continue;
        Matrix<double>& mean = samples(point.path)[k].mean_gradient;
        for (Index r = 0; r < mean.rows(); ++r) {
          const T* d = d_points_.row(sequences_.start(i) + r);
          for (Index c = first; c < std::min(first + width, columns); ++c) {
            mean(r, c) += weight(point) * static_cast<double>(d[c]);
          }
        }
      }
    }
  }

  Differentiable<T>& function_;
  std::span<const Path<T>> paths_;
  const QuadratureRule& rule_;
  const ScalarOfOutputs& scalar_;
  const ChooseTargets& choose_;
  const SamplingOptions& options_;
  Matrix<T>&points_, &d_points_;  // (rows of the chunk × columns)
  std::vector<std::vector<PathSamples>> result_;
  std::vector<std::vector<AdaptiveSamples>> grids_;  // one a target of each path

  // The chunk at hand; its memory serves every chunk.
  std::vector<Point> chunk_;
  Sequences sequences_;
  std::vector<Index> path_of_point_;
  std::vector<double> slopes_;      // (rows of the chunk)
  Matrix<double> outputs_, seeds_;  // (points × outputs)
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
