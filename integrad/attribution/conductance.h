// Layer conductance (Dhamdhere et al. 2018, arXiv 1805.12233; Shrikumar et al. 2018, 1807.09946):
// how much of F(x) − F(x') flows through each row of each layer while the input goes along a
// straight path. All layers come out of one sweep: C_L = ∫ ∂F/∂y_L · dy_L, by trapezoids between
// neighbouring points, with y_L and its derivative as the forward and backward of each point meet
// them. Of the layer where the path begins it is the integrated gradient.
#pragma once

#include <vector>

#include "integrad/attribution/path.h"
#include "integrad/attribution/point_runner.h"
#include "integrad/attribution/row_arithmetic.h"

namespace integrad {

/// The user of a PointRunner, for one path. `observe` is for the function that it runs, so that it
/// sees every later layer's values and derivatives (rows of the chunk × hidden), before `reduce`
/// sees those of the path itself.
template <class T>
class ConductanceSweep {
 public:
  struct Point {
    Index path, number;
  };

  /// `steps` trapezoids. Layer 0 is where the path lies, the others follow.
  ConductanceSweep(const Path<T>& path, Index layers, Index steps, const ScalarOfOutputs& scalar,
                   const ChooseTargets& choose)
      : path_(path), steps_(steps), scalar_(scalar), choose_(choose) {
    layers_.resize(static_cast<std::size_t>(layers));
    for (Layer& layer : layers_) layer.scores.resize(static_cast<std::size_t>(path.input.rows));
  }

  /// Entry L of the result is layer L's; all share what is known of F.
  std::vector<PathSamples> run(Differentiable<T>& function, const SamplingOptions& options,
                               PointBuffers<T>& buffers) {
    PointRunner<T, Point> runner(function, {&path_, 1}, options, buffers);
    runner_ = &runner;
    // The input first: it chooses the target. Then from the baseline on.
    runner.run(
        1,
        [&](std::size_t) {
          return Point{0, steps_};
        },
        *this);
    sweeping_ = true;
    runner.run(
        static_cast<std::size_t>(steps_) + 1,
        [](std::size_t i) {
          return Point{0, static_cast<Index>(i)};
        },
        *this);
    std::vector<PathSamples> result;
    for (Layer& layer : layers_) {
      PathSamples& samples = result.emplace_back();
      samples.target = samples_.target;
      samples.outputs_at_input = samples_.outputs_at_input;
      samples.value = samples_.value;
      samples.baseline_value = samples_.baseline_value;
      samples.evaluations = samples_.evaluations;
      samples.weighted_slopes = std::move(layer.scores);
    }
    return result;
  }

  void fill(const Point& point, Index row, T* values) const {
    const double alpha = static_cast<double>(point.number) / static_cast<double>(steps_);
    interpolate(path_.input.row(row), path_.baseline.row(row), alpha, path_.input.columns, values);
  }

  void read(const Point&, std::span<const double> outputs) {
    if (sweeping_) return;
    const auto targets = choose_(0, outputs);
    if (targets.empty()) return;
    samples_.target = targets.front();
    samples_.outputs_at_input.assign(outputs.begin(), outputs.end());
    samples_.evaluations = steps_ + 1;
    chosen_ = true;
  }

  std::size_t targets(Index) const { return chosen_ ? 1 : 0; }

  bool seed(const Point& point, std::size_t, std::span<const double> outputs,
            std::span<double> seed) {
    const double value = scalar_(outputs, samples_.target, seed);
    if (point.number == steps_) samples_.value = value;
    if (point.number == 0) samples_.baseline_value = value;
    return sweeping_;
  }

  /// Layer `layer` of all points of the chunk.
  void observe(Index layer, ConstMatrixView<T> values, ConstMatrixView<T> derivatives) {
    Layer& of = layers_[static_cast<std::size_t>(layer)];
    const Index rows = path_.input.rows, columns = values.columns;
    const Sequences& points = runner_->sequences();
    for (Index i = 0; i < points.count(); ++i) {
      const Index start = points.start(i);
      if (of.values.rows() == rows) {
        for (Index r = 0; r < rows; ++r) {
          of.scores[static_cast<std::size_t>(r)] +=
              (slope(derivatives.row(start + r), values.row(start + r), of.values.row(r), columns) +
               slope(of.derivatives.row(r), values.row(start + r), of.values.row(r), columns)) /
              2;
        }
      }
      of.values.resize(rows, columns);
      of.derivatives.resize(rows, columns);
      for (Index r = 0; r < rows; ++r) {
        std::copy_n(values.row(start + r), columns, of.values.row(r));
        std::copy_n(derivatives.row(start + r), columns, of.derivatives.row(r));
      }
    }
  }

  void reduce(std::size_t) { observe(0, runner_->points(), runner_->d_points()); }

 private:
  struct Layer {
    std::vector<double> scores;     // one a row
    Matrix<T> values, derivatives;  // of the point before; empty at first
  };

  const Path<T>& path_;
  Index steps_;
  const ScalarOfOutputs& scalar_;
  const ChooseTargets& choose_;
  PointRunner<T, Point>* runner_ = nullptr;
  std::vector<Layer> layers_;
  PathSamples samples_;
  bool chosen_ = false, sweeping_ = false;
};

}  // namespace integrad
