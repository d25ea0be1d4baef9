#include "integrad/attribution/engine.h"

#include <algorithm>

#include "integrad/attribution/around_input.h"
#include "integrad/attribution/averaged_path.h"
#include "integrad/attribution/classifier_function.h"
#include "integrad/attribution/classifier_head.h"
#include "integrad/attribution/conductance.h"
#include "integrad/attribution/explain_plan.h"
#include "integrad/attribution/integrate.h"
#include "integrad/attribution/row_noise.h"
#include "integrad/attribution/sequence_chunks.h"
#include "integrad/compute/profiling_backend.h"

namespace integrad {
namespace {

template <class To, class From>
void convert(MatrixView<const From> from, MatrixView<To> to) {
  for (Index r = 0; r < from.rows; ++r) {
    std::transform(from.row(r), from.row(r) + from.columns, to.row(r),
                   [](From v) { return static_cast<To>(v); });
  }
}

template <class T>
class EngineOf final : public Engine {
 public:
  EngineOf(const Classifier<T>& classifier, std::string_view backend, const ComputeOptions& compute)
      : classifier_(classifier), backend_(backend), compute_(compute), workspace_(new_backend()) {}

  Matrix<double> logits(std::span<const TokenBatch> texts, const ExplainOptions& options) override {
    const Cut last = block_output(classifier_.config().blocks - 1);
    Lengths lengths;
    TokenBatch all;
    for (const TokenBatch& text : texts) all.append(text);
    lengths.add_path(all.sequences);
    lengths.longest_path = lengths.longest;  // sequences are independent here
    const ChunkPlan chunks = plan(needs_of(last, options), 0, lengths, options);
    Matrix<double> result(all.sequences.count(), classifier_.config().classes());
    split_sequences(all.sequences, chunks.rows, chunk_starts_);
    TokenBatch batch;
    for (std::size_t c = 0; c + 1 < chunk_starts_.size(); ++c) {
      const Index first = chunk_starts_[c];
      batch.clear();
      append_sequences(all, first, chunk_starts_[c + 1], batch);
      classifier_.forward_to(last, batch, workspace_, hidden_);
      classifier_.forward_from(last, hidden_, batch, workspace_, summary_);
      logits_.resize(summary_.rows(), result.columns());
      classifier_.head().forward(*workspace_.backend, summary_, logits_, workspace_.head);
      convert<double, T>(logits_.view(), result.view().row_range(first, logits_.rows()));
      if (options.on_progress) options.on_progress(logits_.rows());
    }
    return result;
  }

  std::vector<std::vector<TextSamples>> sample(Cut cut, std::span<const TokenPath> paths,
                                               const QuadratureRule& rule,
                                               const ScalarOfOutputs& scalar,
                                               const ChooseTargets& choose,
                                               const ExplainOptions& options) override {
    Lengths lengths;
    for (const TokenPath& path : paths) lengths.add_path(path.input.sequences);
    MemoryNeeds needs = needs_of(cut, options);
    const Index group = group_cost(needs).of(static_cast<Index>(paths.size()), lengths.total);
    const ChunkPlan chunks = plan(needs, group, lengths, options);
    keep_weights(needs, chunks, group, lengths, options);
    needs.chain.keep_traces = chunks.keep_traces;
    SamplingOptions sampling;
    sampling.rows_per_chunk = chunks.point_rows;
    sampling.points_per_chunk = options.internal_batch_size;
    sampling.mean_gradient = options.full_attributions;
    if (adapts(options)) {
      sampling.adaptive = AdaptiveOptions{options.tolerance, options.max_steps, rounding()};
    }
    sampling.threads = needs.threads;
    sampling.on_progress = options.on_progress;
    const Ends ends = make_ends(needs, paths, lengths.total, chunks.rows, options.perturbation);

    std::vector<Path<T>> views;
    std::vector<TokenBatch> batches;
    Index at = 0;
    for (const TokenPath& path : paths) {
      const Index length = path.input.sequences.rows();
      views.push_back(
          {ends.inputs.view().row_range(at, length), ends.baselines.view().row_range(at, length)});
      batches.push_back(path.input);
      at += length;
    }
    const bool averaged = averages_head(classifier_.config(), options);
    ClassifierFunction<T> function(classifier_, cut, batches, workspace_, needs.chain, chunks.rows,
                                   {}, averaged ? Reads::summaries : Reads::logits);
    ClassifierHead<T> head(classifier_, workspace_);
    auto samples = averaged
                       ? sample_with_averaged_head<T>(function, head, views, n_steps_of(options),
                                                      scalar, choose, sampling, points_)
                   : follows_path(options)
                       ? sample_paths<T>(function, views, rule, scalar, choose, sampling, points_)
                       : sample_around<T>(
                             function, views, scalar, choose,
                             {options.algorithm, n_steps_of(options), options.noise, options.seed},
                             sampling, points_);
    std::vector<std::vector<TextSamples>> result(paths.size());
    for (std::size_t p = 0; p < paths.size(); ++p) {
      for (PathSamples& s : samples[p]) {
        TextSamples& text = result[p].emplace_back();
        if (options.full_attributions) text.full = full(cut, views[p], s.mean_gradient);
        s.mean_gradient = {};
        text.path = std::move(s);
      }
    }
    return result;
  }

  std::vector<PathSamples> conductance(Cut cut, const TokenPath& path,
                                       const ScalarOfOutputs& scalar, const ChooseTargets& choose,
                                       const ExplainOptions& options) override {
    Lengths lengths;
    lengths.add_path(path.input.sequences);
    MemoryNeeds needs = needs_of(cut, options);
    needs.chain.lifted = false;
    const Index layers = std::max<Index>(1, needs.config.blocks - first_block(cut));
    const Index kept = 2 * layers * lengths.total * needs.config.hidden_size * needs.number_bytes;
    const Index group = group_cost(needs).of(1, lengths.total) + kept;
    const ChunkPlan chunks = plan(needs, group, lengths, options);
    needs.chain.keep_traces = false;  // so that every block's input is kept
    SamplingOptions sampling;
    sampling.rows_per_chunk = chunks.point_rows;
    sampling.points_per_chunk = options.internal_batch_size;
    sampling.threads = needs.threads;
    sampling.on_progress = options.on_progress;
    const Ends ends = make_ends(needs, {&path, 1}, lengths.total, chunks.rows);
    const Path<T> view{ends.inputs.view(), ends.baselines.view()};
    ConductanceSweep<T> sweep(view, layers, n_steps_of(options), scalar, choose);
    const Index first = first_block(cut);
    ClassifierFunction<T> function(
        classifier_, cut, {&path.input, 1}, workspace_, needs.chain, chunks.rows,
        [&](Index block, ConstMatrixView<T> input, ConstMatrixView<T> d_input) {
          sweep.observe(block - first, input, d_input);
        });
    return sweep.run(function, sampling, points_);
  }

  MemoryCost cost(Cut cut, const ExplainOptions& options) const override {
    return group_cost(needs_of(cut, options));
  }

 private:
  /// Both ends of every path of a group: (rows of the group × columns of the path).
  struct Ends {
    Matrix<T> inputs, baselines;
  };
  /// Other algorithms look around the input, where no line leads.
  static bool follows_path(const ExplainOptions& options) {
    return options.algorithm == Algorithm::integrated_gradients ||
           options.algorithm == Algorithm::gradient_shap;
  }

  /// What the workspace's memory was made for.
  struct Usage {
    Cut cut;
    ChainOptions chain;
    Index rows, point_rows;
    bool operator==(const Usage&) const = default;
  };

  /// Relative error of token scores that bf16 products leave (docs/performance.md); that of float32
  /// is far below any tolerance.
  double rounding() const {
    constexpr double of_bf16 = 1e-2;
    const bool bf16 = backend_ == "cpu" && resolve(compute_.precision) == Precision::bf16;
    return bf16 ? of_bf16 : 0;
  }

  MemoryNeeds needs_of(Cut cut, const ExplainOptions& options) const {
    const ModelConfig& config = classifier_.config();
    MemoryNeeds needs{config, cut};
    // Lifted rows do not hold x itself where it is projected first, which full attributions need.
    const bool whole = options.full_attributions && projects(config, cut, {});
    needs.chain.lifted =
        options.exact_savings && classifier_.can_lift(cut) && !whole && follows_path(options);
    needs.chain.only_first_rows = options.exact_savings;
    needs.number_bytes = sizeof(T);
    needs.threads = thread_count(compute_.threads);
    needs.keeps_slopes = adapts(options);
    needs.averages_head = averages_head(config, options);
    needs.nodes = needs.keeps_slopes ? options.max_steps : n_steps_of(options);
    const bool many = options.target == "all" || options.threshold.has_value();
    needs.targets = many ? config.classes() : 1;
    // Noisy inputs' gradients are added up column by column, too.
    needs.full_attributions = options.full_attributions || !follows_path(options);
    return needs;
  }

  /// Where many points are to come and the limit leaves room.
  void keep_weights(const MemoryNeeds& needs, const ChunkPlan& chunks, Index group,
                    const Lengths& lengths, const ExplainOptions& options) {
    const bool useful = resolve(compute_.precision) == Precision::bf16 &&
                        worth_keeping_weights(lengths.total * usual_steps(options));
    const Index wanted = kept_weight_bytes(needs.config);
    const Index taken =
        group + fixed_bytes(needs, longest_) +
        chunk_cost(needs).of(chunks.rows / std::max<Index>(1, lengths.shortest), chunks.rows);
    if (kept_ > 0 || !useful || taken + wanted > options.memory_limit) return;
    workspace_.backend->keep_weights(wanted);
    kept_ = wanted;
  }

  std::unique_ptr<Backend<T>> new_backend() const {
    auto backend = make_backend<T>(backend_, compute_.threads, compute_.precision);
    if (compute_.profile == nullptr) return backend;
    return std::make_unique<ProfilingBackend<T>>(std::move(backend), *compute_.profile);
  }

  ChunkPlan plan(const MemoryNeeds& needs, Index group, const Lengths& lengths,
                 const ExplainOptions& options) {
    longest_ = std::max(longest_, lengths.longest);  // until the backend's memory is given back
    const ChunkPlan plan = plan_chunks(needs, options.memory_limit,
                                       group + fixed_bytes(needs, longest_) + kept_, lengths);
    ChainOptions chain = needs.chain;
    chain.keep_traces = plan.keep_traces;
    const Usage usage{needs.cut, chain, plan.rows, plan.point_rows};
    if (usage != usage_) {  // give back what other chunks left behind
      workspace_ = Workspace<T>(new_backend());
      longest_ = lengths.longest;
      kept_ = 0;
      points_ = {};
      hidden_ = {};
      summary_ = {};
      logits_ = {};
    }
    usage_ = usage;
    return plan;
  }

  /// x and x' of all paths at the cut, lifted if the chain wants it, a chunk of texts at a time.
  Ends make_ends(const MemoryNeeds& needs, std::span<const TokenPath> paths, Index rows,
                 Index limit, const std::optional<Perturbation>& perturbation = {}) {
    const Timed timed(compute_.profile, Room::embed);
    Ends ends{{rows, path_columns(needs)}, {rows, path_columns(needs)}};
    TokenBatch input, baseline, part;
    std::vector<std::uint8_t> zeros;
    for (const TokenPath& path : paths) {
      input.append(path.input);
      baseline.append(path.baseline);
      zeros.insert(zeros.end(), path.zeros.begin(), path.zeros.end());
      zeros.resize(input.ids.size());
    }
    split_sequences(input.sequences, limit, chunk_starts_);
    for (std::size_t c = 0; c + 1 < chunk_starts_.size(); ++c) {
      const Index first = chunk_starts_[c], last = chunk_starts_[c + 1];
      const Index start = input.sequences.start(first);
      const Index count = input.sequences.start(last) - start;
      const auto make = [&](const TokenBatch& all, std::span<const std::uint8_t> zero,
                            const std::optional<Perturbation>& moved, Matrix<T>& rows_of) {
        part.clear();
        append_sequences(all, first, last, part);
        end(needs, part, zero, moved, rows_of.view().row_range(start, count));
      };
      make(input, {}, perturbation, ends.inputs);
      make(baseline,
           std::span(zeros).subspan(static_cast<std::size_t>(start),
                                    static_cast<std::size_t>(count)),
           {}, ends.baselines);
    }
    return ends;
  }

  /// What crosses the cut for a batch; rows marked in `zeros` (may be empty) are zero there.
  void end(const MemoryNeeds& needs, const TokenBatch& batch, std::span<const std::uint8_t> zeros,
           const std::optional<Perturbation>& moved, MatrixView<T> rows) {
    classifier_.forward_to(needs.cut, batch, workspace_, hidden_);
    for (std::size_t r = 0; r < zeros.size(); ++r) {
      if (zeros[r] != 0) std::fill_n(hidden_.row(static_cast<Index>(r)), hidden_.columns(), T(0));
    }
    if (moved) move(batch.sequences, *moved);
    if (needs.chain.lifted) {
      classifier_.lift(needs.cut, hidden_, workspace_, rows);
    } else {
      for (Index r = 0; r < rows.rows; ++r) std::copy_n(hidden_.row(r), rows.columns, rows.row(r));
    }
  }

  /// Adds noise to hidden_.
  void move(const Sequences& sequences, const Perturbation& perturbation) {
    std::uniform_real_distribution<double> uniform(-perturbation.radius, perturbation.radius);
    for (Index s = 0; s < sequences.count(); ++s) {
      for (Index r = 0; r < sequences.length(s); ++r) {
        std::mt19937_64 random = random_of_row(perturbation.seed, 0, r);
        T* row = hidden_.row(sequences.start(s) + r);
        for (Index c = 0; c < hidden_.columns(); ++c) row[c] += static_cast<T>(uniform(random));
      }
    }
  }

  /// Attributions of every column of x. The gradient of a lifted path goes back through the
  /// projections here, once a text and target instead of once a point.
  Matrix<double> full(Cut cut, const Path<T>& path, const Matrix<double>& mean_gradient) {
    const Index rows = mean_gradient.rows(), hidden = columns_at(classifier_.config(), cut);
    Matrix<double> result(rows, hidden);
    if (mean_gradient.columns() == hidden) {
      convert<double, double>(mean_gradient, result);
    } else {
      Matrix<T> d_lifted(rows, mean_gradient.columns()), d_hidden(rows, hidden);
      convert<T, double>(mean_gradient, d_lifted);
      classifier_.lift_backward(cut, d_lifted, workspace_, d_hidden);
      convert<double, T>(d_hidden.view(), result);
    }
    const Path<T> ends{path.input.column_range(0, hidden), path.baseline.column_range(0, hidden)};
    multiply_by_difference(ends, result.view());
    return result;
  }

  const Classifier<T>& classifier_;
  std::string backend_;
  ComputeOptions compute_;
  Workspace<T> workspace_;
  std::optional<Usage> usage_;
  Index longest_ = 1;  // text so far, in tokens
  Index kept_ = 0;     // bytes that the backend may keep of weights
  PointBuffers<T> points_;
  Matrix<T> hidden_, summary_, logits_;
  std::vector<Index> chunk_starts_;  // sequences
};

}  // namespace

std::unique_ptr<Engine> make_engine(const TextClassifier& classifier,
                                    const ComputeOptions& compute) {
  return std::visit(
      [&]<class T>(const Classifier<T>& network) -> std::unique_ptr<Engine> {
        return std::make_unique<EngineOf<T>>(network, classifier.backend(), compute);
      },
      classifier.network());
}

}  // namespace integrad
