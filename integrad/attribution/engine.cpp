#include "integrad/attribution/engine.h"

#include <algorithm>

#include "integrad/attribution/classifier_function.h"
#include "integrad/base/error.h"
#include "integrad/compute/profiling_backend.h"

namespace integrad {
namespace {

constexpr Index preferred_rows = 2048;  // more gains nothing: products are at their full rate

template <class T>
class EngineOf final : public Engine {
 public:
  EngineOf(const Classifier<T>& classifier, std::unique_ptr<Backend<T>> backend, Profile* profile)
      : classifier_(classifier), workspace_(std::move(backend)), profile_(profile) {}

  Matrix<double> logits(std::span<const TokenBatch> texts, const ExplainOptions& options) override {
    const Cut last = block_output(classifier_.config().blocks - 1);
    const Index limit = rows_per_chunk(cost(last, options, 1), 1, options);
    Matrix<double> result(static_cast<Index>(texts.size()), classifier_.config().classes());
    TokenBatch batch;
    Index done = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      batch.append(texts[i]);
      const bool more = i + 1 < texts.size();
      if (more && batch.sequences.rows() + texts[i + 1].sequences.rows() <= limit) continue;
      classifier_.forward_to(last, batch, workspace_, hidden_);
      classifier_.forward_from(last, hidden_, batch, workspace_, summary_);
      logits_.resize(summary_.rows(), result.columns());
      classifier_.head().forward(*workspace_.backend, summary_, logits_, workspace_.head);
      for (Index s = 0; s < logits_.rows(); ++s) {
        std::copy_n(logits_.row(s), result.columns(), result.row(done + s));
      }
      done += logits_.rows();
      if (options.on_progress) options.on_progress(logits_.rows());
      batch.clear();
    }
    return result;
  }

  std::vector<std::vector<PathSamples>> sample(Cut cut, std::span<const TokenPath> paths,
                                               const QuadratureRule& rule,
                                               const ScalarOfOutputs& scalar,
                                               const ChooseTargets& choose,
                                               const ExplainOptions& options) override {
    Index rows = 0, longest = 1;
    for (const TokenPath& path : paths) {
      rows += path.input.sequences.rows();
      longest = std::max(longest, path.input.sequences.rows());
    }
    SamplingOptions sampling;
    sampling.rows_per_chunk = rows_per_chunk(cost(cut, options, 1), longest, options);
    sampling.points_per_chunk = options.internal_batch_size;
    sampling.full_attributions = options.full_attributions;
    sampling.on_progress = options.on_progress;
    ends(cut, paths, rows, sampling.rows_per_chunk);

    std::vector<Path<T>> views;
    std::vector<TokenBatch> batches;
    Index at = 0;
    for (const TokenPath& path : paths) {
      const Index length = path.input.sequences.rows();
      views.push_back(
          {inputs_.view().row_range(at, length), baselines_.view().row_range(at, length)});
      batches.push_back(path.input);
      at += length;
    }
    ClassifierFunction<T> function(classifier_, cut, batches, workspace_);
    return sample_paths<T>(function, views, rule, scalar, choose, sampling);
  }

  PathCost cost(Cut cut, const ExplainOptions& options, Index targets) const override {
    const Index hidden = classifier_.config().hidden_size;
    const Index full = options.full_attributions ? 2 * hidden * Index{sizeof(double)} : 0;
    return {
        2 * hidden * Index{sizeof(T)} + targets * (options.n_steps * Index{sizeof(double)} + full),
        classifier_.bytes_per_row(cut)};
  }

 private:
  /// x and x' of all paths at the cut, a chunk of texts at a time.
  void ends(Cut cut, std::span<const TokenPath> paths, Index rows, Index limit) {
    const Timed timed(profile_, Room::embed);
    inputs_.resize(rows, classifier_.config().hidden_size);
    baselines_.resize(rows, classifier_.config().hidden_size);
    TokenBatch input, baseline;
    Index done = 0;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      input.append(paths[i].input);
      baseline.append(paths[i].baseline);
      const bool more = i + 1 < paths.size();
      if (more && input.sequences.rows() + paths[i + 1].input.sequences.rows() <= limit) continue;
      end(cut, input, inputs_.view().row_range(done, input.sequences.rows()));
      end(cut, baseline, baselines_.view().row_range(done, input.sequences.rows()));
      done += input.sequences.rows();
      input.clear();
      baseline.clear();
    }
    Index row = 0;
    for (const TokenPath& path : paths) {
      for (std::size_t r = 0; r < path.zeros.size(); ++r) {
        if (path.zeros[r] == 0) continue;
        std::fill_n(baselines_.row(row + static_cast<Index>(r)), baselines_.columns(), T(0));
      }
      row += path.input.sequences.rows();
    }
  }

  void end(Cut cut, const TokenBatch& batch, MatrixView<T> rows) {
    classifier_.forward_to(cut, batch, workspace_, hidden_);
    for (Index r = 0; r < rows.rows; ++r) std::copy_n(hidden_.row(r), rows.columns, rows.row(r));
  }

  const Classifier<T>& classifier_;
  Workspace<T> workspace_;
  Profile* profile_;
  Matrix<T> inputs_, baselines_;  // (rows of the group × hidden)
  Matrix<T> hidden_, summary_, logits_;
};

}  // namespace

std::unique_ptr<Engine> make_engine(const TextClassifier& classifier,
                                    const ComputeOptions& compute) {
  return std::visit(
      [&]<class T>(const Classifier<T>& network) -> std::unique_ptr<Engine> {
        auto backend = make_backend<T>(classifier.backend(), compute.threads, compute.precision);
        if (compute.profile != nullptr) {
          backend = std::make_unique<ProfilingBackend<T>>(std::move(backend), *compute.profile);
        }
        return std::make_unique<EngineOf<T>>(network, std::move(backend), compute.profile);
      },
      classifier.network());
}

Index rows_per_chunk(const PathCost& cost, Index longest, const ExplainOptions& options) {
  const Index budget = options.memory_limit - options.memory_limit / 4;  // the rest: the group
  const Index rows = budget / cost.chunk_bytes_per_row;
  if (rows < longest) {
    constexpr Index mebibyte = Index{1} << 20;
    const Index needed = longest * cost.chunk_bytes_per_row / 3 * 4 / mebibyte + 1;
    throw UsageError("the memory limit of " + std::to_string(options.memory_limit) +
                     " bytes does not hold one point of a text of " + std::to_string(longest) +
                     " tokens; allow at least " + std::to_string(needed) + " MiB");
  }
  return std::min(rows, std::max(preferred_rows, longest));
}

}  // namespace integrad
