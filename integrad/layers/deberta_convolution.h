// What the large DeBERTa models add to their first block: neighbouring tokens mixed by a
// convolution, y = LN(encoded + f(conv(x))) with x the input of the block and `encoded` its output.
#pragma once

#include <string>
#include <vector>

#include "integrad/compute/sequences.h"
#include "integrad/layers/layer_norm.h"
#include "integrad/layers/linear.h"

namespace integrad {

struct DebertaConvolutionOptions {
  Index width = 0;   // neighbours that a row sees, itself included: odd; 0: no convolution
  Index groups = 1;  // columns of the output see the columns of their own group only
  Activation activation = Activation::tanh;
};

/// Rows beyond the ends of a sequence are zero. As a product: the neighbours of a row side by side,
/// group by group, times the map.
template <class T>
struct DebertaConvolution {
  DebertaConvolutionOptions options;
  Linear<T> map;  // (hidden × hidden / groups · width), a column's neighbours in sequence
  LayerNorm<T> norm;

  struct Trace {
    Matrix<T> derivative;  // (rows × hidden): f'
    typename LayerNorm<T>::Trace norm;
  };
  struct Scratch {
    Matrix<T> neighbours;  // (rows × width · hidden), also their derivative
    Matrix<T> convolved;   // (rows × hidden), also its derivative
  };

  DebertaConvolution() = default;
  DebertaConvolution(const DebertaConvolutionOptions& options_, Index hidden, double epsilon)
      : options(options_),
        map(hidden / options.groups * options.width, hidden),
        norm(hidden, epsilon) {}

  /// Reorders the map's columns once they are read: from a column's neighbours in sequence to a
  /// neighbour's columns in sequence.
  void prepare() {
    const Index columns = map.weight.rows() / options.groups;
    std::vector<T> read(static_cast<std::size_t>(map.weight.columns()));
    for (Index r = 0; r < map.weight.rows(); ++r) {
      T* const row = map.weight.row(r);
      std::copy_n(row, read.size(), read.begin());
      for (Index c = 0; c < columns; ++c) {
        for (Index n = 0; n < options.width; ++n) {
          row[n * columns + c] = read[static_cast<std::size_t>(c * options.width + n)];
        }
      }
    }
  }

  /// `output` holds what the block made of `input`, and then the result; all (rows × hidden).
  void forward(Backend<T>& backend, const Sequences& sequences, ConstMatrixView<T> input,
               MatrixView<T> output, Trace& trace, Scratch& scratch) const {
    resize(input.rows, input.columns, scratch);
    trace.derivative.resize(input.rows, input.columns);
    scratch.neighbours.fill(T(0));
    each_neighbour(sequences, input.columns, [&](Index row, Index neighbour, Columns columns) {
      std::copy_n(input.row(neighbour) + columns.first, columns.count,
                  scratch.neighbours.row(row) + columns.to);
    });
    each_group(scratch, [&](const auto& weight, const auto& bias, auto neighbours, auto convolved) {
      backend.linear(neighbours, weight, bias, convolved);
    });
    backend.activate(scratch.convolved, options.activation, scratch.convolved, trace.derivative);
    norm.forward(backend, scratch.convolved, output, output, trace.norm);
  }
  /// d_output -> d_encoded, which may be d_output; the convolution's part stays in the scratch.
  void backward(Backend<T>& backend, const Trace& trace, ConstMatrixView<T> d_output,
                MatrixView<T> d_encoded, Scratch& scratch) const {
    resize(d_output.rows, d_output.columns, scratch);
    norm.backward(backend, trace.norm, d_output, d_encoded);
    backend.multiply(d_encoded, trace.derivative, scratch.convolved);
  }
  /// Adds that part to d_input (rows × hidden).
  void add_d_input(Backend<T>& backend, const Sequences& sequences, MatrixView<T> d_input,
                   Scratch& scratch) const {
    each_group(scratch, [&](const auto& weight, const auto&, auto d_neighbours, auto d_convolved) {
      backend.linear_d_input(d_convolved, weight, d_neighbours, Write::replace);
    });
    each_neighbour(sequences, d_input.columns, [&](Index row, Index neighbour, Columns columns) {
      const T* const from = scratch.neighbours.row(row) + columns.to;
      T* const to = d_input.row(neighbour) + columns.first;
      for (Index c = 0; c < columns.count; ++c) to[c] += from[c];
    });
  }

  template <class V>
  void visit(const std::string& name, V&& visitor) {
    map.visit(name + ".map", visitor);
    norm.visit(name + ".norm", visitor);
  }

 private:
  void resize(Index rows, Index hidden, Scratch& scratch) const {
    scratch.neighbours.resize(rows, options.width * hidden);
    scratch.convolved.resize(rows, hidden);
  }
  /// A group's columns of a row, and where they are copied to among the neighbours of another.
  struct Columns {
    Index first, count, to;
  };
  /// f(row, neighbour, columns) for all that exist.
  template <class F>
  void each_neighbour(const Sequences& sequences, Index hidden, const F& f) const {
    const Index count = hidden / options.groups;
    for (Index s = 0; s < sequences.count(); ++s) {
      const Index begin = sequences.start(s), end = sequences.start(s + 1);
      for (Index row = begin; row < end; ++row) {
        for (Index n = 0; n < options.width; ++n) {
          const Index neighbour = row + n - options.width / 2;
          if (neighbour < begin || neighbour >= end) continue;
          for (Index g = 0; g < options.groups; ++g) {
            f(row, neighbour, Columns{g * count, count, (g * options.width + n) * count});
          }
        }
      }
    }
  }
  /// f(weight, bias, neighbours, convolved) of every group.
  template <class F>
  void each_group(Scratch& scratch, const F& f) const {
    const Index columns = map.weight.rows() / options.groups, seen = map.weight.columns();
    for (Index g = 0; g < options.groups; ++g) {
      f(map.weight.view().row_range(g * columns, columns),
        map.bias.view().column_range(g * columns, columns),
        scratch.neighbours.view().column_range(g * seen, seen),
        scratch.convolved.view().column_range(g * columns, columns));
    }
  }
};

}  // namespace integrad
