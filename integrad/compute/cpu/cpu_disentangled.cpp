// Disentangled attention of one head in one sequence at a time, as cpu_attention does it. A row
// meets a position for each distance: one product with the slots that the sequence's distances use,
// from which its scores are picked. Near rows have a slot a distance, in sequence, so that picking
// is one addition of a contiguous run; farther ones share slots.
#include <omp.h>

#include <algorithm>

#include "integrad/compute/cpu/cpu_backend.h"
#include "integrad/compute/shapes.h"

namespace integrad {

/// What rows of one kind meet in rows of the other kind, in one head of one sequence.
struct CpuBackend::Meeting {
  ConstMatrixView<float> table;  // (slots in use × d); empty: nothing
  const std::int32_t* slots;     // of distance 0; others lie before and behind it
  Index first;                   // slot that the table begins with
  Index near;                    // farthest distance up to which slots follow each other

  /// Row of the table for own row `own` and other row `other`.
  Index slot(Index own, Index other) const { return slots[other - own] - first; }
  /// Other rows [begin, end) of `count` that are near own row `own`.
  struct Run {
    Index begin, end;
  };
  Run run(Index own, Index count) const {
    const Index begin = std::min(count, std::max<Index>(0, own - near));
    return {begin, std::max(begin, std::min(count, own + near + 1))};
  }
};

/// Where one head of one sequence lies in the matrices of all.
struct CpuBackend::DisentangledHead {
  const AttentionInput<float>& input;
  Index sequence, head, d;
  Meeting of_query, of_key;  // what a query meets in keys, and a key in queries

  DisentangledHead(const AttentionInput<float>& input_, const RelativePositions<float>& positions,
                   Index near, Index sequence_, Index head_)
      : input(input_), sequence(sequence_), head(head_), d(input.query.columns / input.heads) {
    const Index queries = input.query_rows.length(sequence), keys = input.key_rows.length(sequence);
    of_query = meeting(positions, positions.key, near, queries, keys);
    of_key = meeting(positions, positions.query, near, keys, queries);
  }

  template <class T>
  MatrixView<T> of_queries(MatrixView<T> all) const {
    return rows_of(all, input.query_rows);
  }
  template <class T>
  MatrixView<T> of_keys(MatrixView<T> all) const {
    return rows_of(all, input.key_rows);
  }
  float scale() const { return static_cast<float>(input.scale); }

 private:
  template <class T>
  MatrixView<T> rows_of(MatrixView<T> all, const Sequences& rows) const {
    return all.row_range(rows.start(sequence), rows.length(sequence)).column_range(head * d, d);
  }
  Meeting meeting(const RelativePositions<float>& positions, ConstMatrixView<float> table,
                  Index near, Index own, Index other) const {
    if (table.empty() || own == 0 || other == 0) return {};
    const Index first = positions.slot(1 - own), end = positions.slot(other - 1) + 1;
    return {table.row_range(first, end - first).column_range(head * d, d),
            positions.slots.data() + positions.reach() - 1, first, near};
  }
};

namespace {

/// The farthest distance up to which, both ways, a distance's slot follows its neighbour's.
Index nearest_run(const RelativePositions<float>& positions) {
  Index near = 0;
  while (near + 1 < positions.reach() && positions.slot(near + 1) == positions.slot(near) + 1 &&
         positions.slot(-near - 1) == positions.slot(-near) - 1) {
    ++near;
  }
  return near;
}

void fill_zero(MatrixView<float> view) {
  for (Index r = 0; r < view.rows; ++r) std::fill_n(view.row(r), view.columns, 0.0f);
}

}  // namespace

void CpuBackend::add_meetings(ConstMatrixView<float> rows, const Meeting& meeting,
                              MatrixView<float> scores, int thread) {
  if (meeting.table.empty()) return;
  if (scores.columns == 1) {  // a row meets one position only
    for (Index r = 0; r < rows.rows; ++r) {
      scores(r, 0) +=
          kernels_.dot(rows.row(r), meeting.table.row(meeting.slot(r, 0)), rows.columns);
    }
    return;
  }
  Matrix<float>& by_slot = scratch_[static_cast<std::size_t>(thread)].by_slot;
  by_slot.resize(rows.rows, meeting.table.rows);
  products_.worker(thread).multiply(rows, {meeting.table, true}, by_slot);
  for (Index r = 0; r < rows.rows; ++r) {
    const auto [begin, end] = meeting.run(r, scores.columns);
    const float* const from = by_slot.row(r);
    float* const to = scores.row(r);
    for (Index c = 0; c < begin; ++c) to[c] += from[meeting.slot(r, c)];
    if (begin < end) {
      kernels_.affine(from + meeting.slot(r, begin), to + begin, nullptr, nullptr, end - begin,
                      to + begin);
    }
    for (Index c = end; c < scores.columns; ++c) to[c] += from[meeting.slot(r, c)];
  }
}

void CpuBackend::add_meetings_d_rows(ConstMatrixView<float> d_scores, const Meeting& meeting,
                                     MatrixView<float> d_rows, int thread) {
  if (meeting.table.empty()) return;
  if (d_scores.columns == 1) {
    for (Index r = 0; r < d_rows.rows; ++r) {
      const float* const position = meeting.table.row(meeting.slot(r, 0));
      for (Index c = 0; c < d_rows.columns; ++c) d_rows(r, c) += d_scores(r, 0) * position[c];
    }
    return;
  }
  Matrix<float>& by_slot = scratch_[static_cast<std::size_t>(thread)].by_slot;
  by_slot.resize(d_rows.rows, meeting.table.rows);
  by_slot.fill(0.0f);
  for (Index r = 0; r < d_rows.rows; ++r) {
    const auto [begin, end] = meeting.run(r, d_scores.columns);
    const float* const from = d_scores.row(r);
    float* const to = by_slot.row(r);
    if (begin < end) std::copy(from + begin, from + end, to + meeting.slot(r, begin));
    for (Index c = 0; c < begin; ++c) to[meeting.slot(r, c)] += from[c];
    for (Index c = end; c < d_scores.columns; ++c) to[meeting.slot(r, c)] += from[c];
  }
  products_.worker(thread).multiply(by_slot, {meeting.table}, d_rows,
                                    cpu::Start{d_rows.data, d_rows.stride});
}

void CpuBackend::disentangled_scores(ConstMatrixView<float> rows, const Meeting& of_rows,
                                     ConstMatrixView<float> others, const Meeting& of_others,
                                     MatrixView<float> scores, int thread) {
  if (of_others.table.empty()) {
    fill_zero(scores);
  } else {
    Matrix<float>& turned = scratch_[static_cast<std::size_t>(thread)].d_scores;
    turned.resize(others.rows, rows.rows);
    turned.fill(0.0f);
    add_meetings(others, of_others, turned, thread);
    products_.kernels().transpose(turned.data(), rows.rows, others.rows, rows.rows, scores.data,
                                  scores.stride);
  }
  add_meetings(rows, of_rows, scores, thread);
  products_.worker(thread).multiply(rows, {others, true}, scores,
                                    cpu::Start{scores.data, scores.stride});
}

void CpuBackend::disentangled_forward(const DisentangledHead& head, MatrixView<float> all_context,
                                      MatrixView<float> log_sum_exp, int thread) {
  Scratch& scratch = scratch_[static_cast<std::size_t>(thread)];
  const auto query = head.of_queries(head.input.query);
  const auto key = head.of_keys(head.input.key);
  const auto context = head.of_queries(all_context);
  const Index first = head.input.query_rows.start(head.sequence);
  scratch.scores.resize(query.rows, key.rows);
  disentangled_scores(query, head.of_query, key, head.of_key, scratch.scores, thread);
  scratch.sum.resize(1, query.rows);
  for (Index i = 0; i < query.rows; ++i) {
    scratch.sum(0, i) = kernels_.exponentials(scratch.scores.row(i), key.rows, head.scale(),
                                              &log_sum_exp(first + i, head.head));
  }
  products_.worker(thread).multiply(scratch.scores, {head.of_keys(head.input.value)}, context);
  for (Index i = 0; i < query.rows; ++i) {
    kernels_.scale(context.row(i), head.d, 1.0f / scratch.sum(0, i));
  }
}

void CpuBackend::disentangled_backward(const DisentangledHead& head,
                                       const AttentionResult<float>& result,
                                       ConstMatrixView<float> all_d_context,
                                       MatrixView<float> all_d_query, MatrixView<float> all_d_key,
                                       MatrixView<float> d_value, int thread) {
  Scratch& scratch = scratch_[static_cast<std::size_t>(thread)];
  cpu::Worker& worker = products_.worker(thread);
  const auto query = head.of_queries(head.input.query);
  const auto key = head.of_keys(head.input.key);
  const auto context = head.of_queries(result.context);
  const auto d_context = head.of_queries(all_d_context);
  const auto d_query = head.of_queries(all_d_query);
  const auto d_key = head.of_keys(all_d_key);
  const Index queries = query.rows, keys = key.rows;
  const Index first = head.input.query_rows.start(head.sequence);
  scratch.normalizer.resize(1, queries);
  scratch.mean.resize(1, queries);
  for (Index i = 0; i < queries; ++i) {
    scratch.normalizer(0, i) = result.log_sum_exp(first + i, head.head);
    scratch.mean(0, i) = kernels_.dot(context.row(i), d_context.row(i), head.d);
  }
  Matrix<float>& probabilities = scratch.scores;  // Sᵀ, then Pᵀ
  Matrix<float>& d_scores = scratch.d_scores;     // dPᵀ, then dSᵀ
  probabilities.resize(keys, queries);
  disentangled_scores(key, head.of_key, query, head.of_query, probabilities, thread);
  d_scores.resize(keys, queries);
  worker.multiply(head.of_keys(head.input.value), {d_context, true}, d_scores);
  for (Index j = 0; j < keys; ++j) {
    kernels_.softmax_d_input(probabilities.row(j), d_scores.row(j), scratch.normalizer.data(),
                             scratch.mean.data(), queries, head.scale());
  }
  worker.multiply(probabilities, {d_context}, head.of_keys(d_value));
  worker.multiply(d_scores, {query}, d_key);
  add_meetings_d_rows(d_scores, head.of_key, d_key, thread);

  Matrix<float>& turned = scratch.scores;  // dS
  turned.resize(queries, keys);
  products_.kernels().transpose(d_scores.data(), queries, keys, queries, turned.data(), keys);
  worker.multiply(turned, {key}, d_query);
  add_meetings_d_rows(turned, head.of_query, d_query, thread);
}

void CpuBackend::disentangled_attention(const AttentionInput<float>& input,
                                        const RelativePositions<float>& positions,
                                        MatrixView<float> context, MatrixView<float> log_sum_exp) {
  shapes::attention<float>(input, {context, log_sum_exp});
  shapes::relative_positions(input, positions);
  const Index near = nearest_run(positions);
#pragma omp parallel for schedule(dynamic) collapse(2) num_threads(threads_)
  for (Index s = 0; s < input.key_rows.count(); ++s) {
    for (Index h = 0; h < input.heads; ++h) {
      disentangled_forward({input, positions, near, s, h}, context, log_sum_exp,
                           omp_get_thread_num());
    }
  }
}

void CpuBackend::disentangled_attention_d_input(const AttentionInput<float>& input,
                                                const RelativePositions<float>& positions,
                                                const AttentionResult<float>& result,
                                                ConstMatrixView<float> d_context,
                                                MatrixView<float> d_query, MatrixView<float> d_key,
                                                MatrixView<float> d_value) {
  shapes::attention(input, result);
  shapes::relative_positions(input, positions);
  shapes::attention_d_input(input, result, d_context, d_query, d_key, d_value);
  const Index near = nearest_run(positions);
#pragma omp parallel for schedule(dynamic) collapse(2) num_threads(threads_)
  for (Index s = 0; s < input.key_rows.count(); ++s) {
    for (Index h = 0; h < input.heads; ++h) {
      disentangled_backward({input, positions, near, s, h}, result, d_context, d_query, d_key,
                            d_value, omp_get_thread_num());
    }
  }
}

}  // namespace integrad
