// Rotary position embedding, one pair of columns at a time. Angles are taken in double on every
// scalar: they are constants.
#include <cmath>

#include "integrad/compute/reference/dual.h"
#include "integrad/compute/reference/reference_backend.h"
#include "integrad/compute/shapes.h"

namespace integrad {
namespace {

/// By the angles, or with direction −1 back again.
template <class T>
void turn(const Rotation& rotation, double direction, MatrixView<const T> input,
          MatrixView<T> output) {
  const Index d = input.columns / rotation.heads, half = d / 2;
  for (Index s = 0; s < rotation.sequences.count(); ++s) {
    for (Index i = 0; i < rotation.sequences.length(s); ++i) {
      const Index row = rotation.sequences.start(s) + i;
      for (Index c = 0; c < half; ++c) {
        const double frequency =
            std::pow(rotation.base, -2.0 * static_cast<double>(c) / static_cast<double>(d));
        const double angle = static_cast<double>(i) * frequency;
        const T cosine(std::cos(angle)), sine(direction * std::sin(angle));
        for (Index column = c; column < input.columns; column += d) {
          const T a = input(row, column), b = input(row, column + half);
          output(row, column) = a * cosine - b * sine;
          output(row, column + half) = b * cosine + a * sine;
        }
      }
    }
  }
}

}  // namespace

template <class T>
void ReferenceBackend<T>::rotate(const Rotation& rotation, ConstMatrixView<T> input,
                                 MatrixView<T> output) {
  shapes::rotation(rotation, input, output);
  turn<T>(rotation, 1.0, input, output);
}

template <class T>
void ReferenceBackend<T>::rotate_d_input(const Rotation& rotation, ConstMatrixView<T> d_output,
                                         MatrixView<T> d_input) {
  shapes::rotation(rotation, d_output, d_input);
  turn<T>(rotation, -1.0, d_output, d_input);
}

template void ReferenceBackend<float>::rotate(const Rotation&, ConstMatrixView<float>,
                                              MatrixView<float>);
template void ReferenceBackend<double>::rotate(const Rotation&, ConstMatrixView<double>,
                                               MatrixView<double>);
template void ReferenceBackend<Dual>::rotate(const Rotation&, ConstMatrixView<Dual>,
                                             MatrixView<Dual>);
template void ReferenceBackend<float>::rotate_d_input(const Rotation&, ConstMatrixView<float>,
                                                      MatrixView<float>);
template void ReferenceBackend<double>::rotate_d_input(const Rotation&, ConstMatrixView<double>,
                                                       MatrixView<double>);
template void ReferenceBackend<Dual>::rotate_d_input(const Rotation&, ConstMatrixView<Dual>,
                                                     MatrixView<Dual>);

}  // namespace integrad
