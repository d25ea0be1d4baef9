// From the hidden states behind the last block to one summary row a sequence.
#pragma once

#include <string>

#include "integrad/layers/first_rows.h"
#include "integrad/layers/layer_norm.h"

namespace integrad {

/// Which rows make the summary: the first ([CLS]), or all, averaged.
enum class Summary { first, mean };

struct PoolingOptions {
  Summary summary = Summary::first;
  bool norm = false;  // a last layer norm in front of it (blocks that normalise their input)
  bool norm_bias = true;
};

template <class T>
struct Pooling {
  PoolingOptions options;
  LayerNorm<T> norm;

  struct Trace {
    typename LayerNorm<T>::Trace norm;
    Matrix<T> normed;   // mean: (rows × hidden)
    Matrix<T> d_first;  // first: (sequences × hidden)
  };

  Pooling() = default;
  Pooling(const PoolingOptions& options_, Index hidden, double epsilon)
      : options(options_), norm(options_.norm ? hidden : 0, epsilon, options_.norm_bias) {}

  /// rows (rows × hidden) -> summary (sequences × hidden).
  void forward(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> rows,
               MatrixView<T> summary, Trace& trace) const {
    if (options.summary == Summary::first) {
      gather_first<T>(sequences, rows, summary);
      return forward_first(backend, summary, trace);
    }
    if (options.norm) {
      trace.normed.resize(rows.rows, rows.columns);
      norm.forward(backend, rows, {}, trace.normed, trace.norm);
      rows = trace.normed.view();
    }
    for (Index s = 0; s < sequences.count(); ++s) {
      const T share = T(1) / T(static_cast<double>(sequences.length(s)));
      std::fill_n(summary.row(s), summary.columns, T(0));
      for (Index r = sequences.start(s); r < sequences.start(s + 1); ++r) {
        for (Index c = 0; c < summary.columns; ++c) summary(s, c) += rows(r, c);
      }
      for (Index c = 0; c < summary.columns; ++c) summary(s, c) *= share;
    }
  }
  /// d_summary (sequences × hidden) -> d_rows (rows × hidden), replaced. May be repeated.
  void backward(Backend<T>& backend, const Sequences& sequences, Trace& trace,
                ConstMatrixView<T> d_summary, MatrixView<T> d_rows) const {
    if (options.summary == Summary::first) {
      return scatter_first<T>(sequences, backward_first(backend, trace, d_summary), d_rows);
    }
    for (Index s = 0; s < sequences.count(); ++s) {
      const T share = T(1) / T(static_cast<double>(sequences.length(s)));
      for (Index r = sequences.start(s); r < sequences.start(s + 1); ++r) {
        for (Index c = 0; c < d_rows.columns; ++c) d_rows(r, c) = d_summary(s, c) * share;
      }
    }
    if (options.norm) norm.backward(backend, trace.norm, d_rows, d_rows);
  }

  /// The same where the last block gave the first rows only: in place.
  void forward_first(Backend<T>& backend, MatrixView<T> summary, Trace& trace) const {
    if (options.norm) norm.forward(backend, summary, {}, summary, trace.norm);
  }
  /// The derivative with respect to the first rows: d_summary, or a matrix of the trace.
  ConstMatrixView<T> backward_first(Backend<T>& backend, Trace& trace,
                                    ConstMatrixView<T> d_summary) const {
    if (!options.norm) return d_summary;
    trace.d_first.resize(d_summary.rows, d_summary.columns);
    norm.backward(backend, trace.norm, d_summary, trace.d_first);
    return trace.d_first.view();
  }

  template <class V>
  void visit(const std::string& name, V&& visitor) {
    if (options.norm) norm.visit(name + ".norm", visitor);
  }
};

}  // namespace integrad
