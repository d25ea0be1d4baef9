// Disentangled self-attention (He et al. 2021, arXiv 2006.03654): content meets content, and
// projected relative positions. Queries, keys and values are those of plain attention.
#pragma once

#include <cmath>
#include <string>

#include "integrad/layers/deberta_positions.h"
#include "integrad/layers/self_attention.h"

namespace integrad {

/// In two steps, as SelfAttention.
template <class T>
struct DebertaAttention {
  SelfAttention<T> content;  // its maps; how it attends is not used
  DebertaPositions<T> positions;

  using Trace = typename SelfAttention<T>::Trace;
  using Scratch = typename SelfAttention<T>::Scratch;

  DebertaAttention() = default;
  DebertaAttention(Index hidden, Index heads, DebertaPositions<T> positions_)
      : content(hidden, heads), positions(std::move(positions_)) {}

  /// 1/√(d · terms). The root is a float32 number: the reference implementation's is, whatever the
  /// precision of the rest.
  double scale() const {
    const Index d = hidden() / content.heads;
    return 1.0 / std::sqrt(static_cast<float>(d * positions.options.score_terms));
  }
  /// Of the content's queries (0), keys (1) or values (2), `count` of them in sequence.
  typename DebertaPositions<T>::Map map(Index which, Index count = 1) const {
    const Index first = which * hidden(), size = count * hidden();
    return {content.qkv.weight.view().row_range(first, size),
            content.qkv.bias.view().column_range(first, size)};
  }
  void prepare(Backend<T>& backend) { positions.prepare(backend, map(0), map(1)); }

  /// trace.projected -> result (query rows × hidden).
  void attend(Backend<T>& backend, const Sequences& query_rows, const Sequences& key_rows,
              MatrixView<T> result, Trace& trace) const {
    trace.log_sum_exp.resize(result.rows, content.heads);
    trace.context.resize(result.rows, result.columns);
    backend.disentangled_attention(operands(query_rows, key_rows, trace), positions.view(),
                                   trace.context, trace.log_sum_exp);
    content.output.forward(backend, trace.context, result);
  }
  /// Replaces d_projected.
  void attend_backward(Backend<T>& backend, const Sequences& query_rows, const Sequences& key_rows,
                       const Trace& trace, ConstMatrixView<T> d_result,
                       const Projections<T>& d_projected, Scratch& scratch) const {
    scratch.d_context.resize(d_result.rows, d_result.columns);
    content.output.backward(backend, d_result, scratch.d_context);
    backend.disentangled_attention_d_input(operands(query_rows, key_rows, trace), positions.view(),
                                           {trace.context, trace.log_sum_exp}, scratch.d_context,
                                           d_projected.query, d_projected.key, d_projected.value);
  }

  template <class V>
  void visit(const std::string& name, V&& visitor) {
    content.visit(name, visitor);
    positions.visit(name + ".positions", visitor);
  }

 private:
  Index hidden() const { return content.output.weight.columns(); }
  AttentionInput<T> operands(const Sequences& query_rows, const Sequences& key_rows,
                             const Trace& trace) const {
    const Projections<const T>& projected = trace.projected;
    return {query_rows,      key_rows,      content.heads,  scale(),
            projected.query, projected.key, projected.value};
  }
};

}  // namespace integrad
