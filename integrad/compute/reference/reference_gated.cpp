// A feed-forward with a gate, entry by entry.
#include "integrad/compute/reference/activations.h"
#include "integrad/compute/reference/dual.h"
#include "integrad/compute/reference/reference_backend.h"
#include "integrad/compute/shapes.h"

namespace integrad {

template <class T>
void ReferenceBackend<T>::gated_feed_forward(ConstMatrixView<T> input,
                                             const FeedForwardWeights<T>& weights,
                                             Activation activation, MatrixView<T> output,
                                             MatrixView<T> slopes) {
  shapes::gated(input.rows, weights, slopes);
  const Index inner = weights.outer.columns;
  between_.resize(input.rows, inner);
  linear(input, weights.inner, weights.inner_bias, slopes);  // [a | g]
  for (Index r = 0; r < slopes.rows; ++r) {
    for (Index c = 0; c < inner; ++c) {
      const auto f = reference::activate<T>(activation, slopes(r, c));
      const T gate = slopes(r, inner + c);
      between_(r, c) = f.value * gate;
      slopes(r, c) = f.derivative * gate;
      slopes(r, inner + c) = f.value;
    }
  }
  linear(between_, weights.outer, weights.outer_bias, output);
}

template <class T>
void ReferenceBackend<T>::gated_feed_forward_d_input(ConstMatrixView<T> d_output,
                                                     const FeedForwardWeights<T>& weights,
                                                     ConstMatrixView<T> slopes,
                                                     MatrixView<T> d_input) {
  shapes::gated(d_output.rows, weights, slopes);
  const Index inner = weights.outer.columns;
  between_.resize(d_output.rows, 2 * inner);
  const MatrixView<T> d_between = between_;
  linear_d_input(d_output, weights.outer, d_between.column_range(0, inner), Write::replace);
  for (Index r = 0; r < d_between.rows; ++r) {
    for (Index c = 0; c < inner; ++c) {
      const T d = d_between(r, c);
      d_between(r, c) = d * slopes(r, c);
      d_between(r, inner + c) = d * slopes(r, inner + c);
    }
  }
  linear_d_input(d_between, weights.inner, d_input, Write::replace);
}

template void ReferenceBackend<float>::gated_feed_forward(ConstMatrixView<float>,
                                                          const FeedForwardWeights<float>&,
                                                          Activation, MatrixView<float>,
                                                          MatrixView<float>);
template void ReferenceBackend<double>::gated_feed_forward(ConstMatrixView<double>,
                                                           const FeedForwardWeights<double>&,
                                                           Activation, MatrixView<double>,
                                                           MatrixView<double>);
template void ReferenceBackend<Dual>::gated_feed_forward(ConstMatrixView<Dual>,
                                                         const FeedForwardWeights<Dual>&,
                                                         Activation, MatrixView<Dual>,
                                                         MatrixView<Dual>);
template void ReferenceBackend<float>::gated_feed_forward_d_input(ConstMatrixView<float>,
                                                                  const FeedForwardWeights<float>&,
                                                                  ConstMatrixView<float>,
                                                                  MatrixView<float>);
template void ReferenceBackend<double>::gated_feed_forward_d_input(
    ConstMatrixView<double>, const FeedForwardWeights<double>&, ConstMatrixView<double>,
    MatrixView<double>);
template void ReferenceBackend<Dual>::gated_feed_forward_d_input(ConstMatrixView<Dual>,
                                                                 const FeedForwardWeights<Dual>&,
                                                                 ConstMatrixView<Dual>,
                                                                 MatrixView<Dual>);

}  // namespace integrad
