// Rotary position embedding: angles from a table, rows by all threads.
#include <cmath>

#include "integrad/compute/cpu/cpu_backend.h"
#include "integrad/compute/shapes.h"

namespace integrad {

const CpuBackend::Angles& CpuBackend::angles(const Rotation& rotation, Index half) {
  const auto same = [&](const Angles& angles) {
    return angles.base == rotation.base && angles.cosines.columns() == half;
  };
  const Index length = rotation.sequences.longest();
  auto found = std::find_if(angles_.begin(), angles_.end(), same);
  if (found == angles_.end()) {
    found = angles_.insert(angles_.end(),
                           {rotation.base, Matrix<float>(0, half), Matrix<float>(0, half)});
  }
  if (found->cosines.rows() >= length) return *found;
  for (Matrix<float>* matrix : {&found->cosines, &found->sines}) matrix->resize(length, half);
  for (Index c = 0; c < half; ++c) {
    const double frequency =
        std::pow(rotation.base, -static_cast<double>(c) / static_cast<double>(half));
    for (Index i = 0; i < length; ++i) {  // in double: far positions turn often
      const double angle = static_cast<double>(i) * frequency;
      found->cosines(i, c) = static_cast<float>(std::cos(angle));
      found->sines(i, c) = static_cast<float>(std::sin(angle));
    }
  }
  return *found;
}

void CpuBackend::turn(const Rotation& rotation, float direction, ConstMatrixView<float> input,
                      MatrixView<float> output) {
  shapes::rotation(rotation, input, output);
  const Index d = input.columns / rotation.heads, half = d / 2;
  const Angles& table = angles(rotation, half);
#pragma omp parallel num_threads(threads_)
  for (Index s = 0; s < rotation.sequences.count(); ++s) {
    const Index start = rotation.sequences.start(s), length = rotation.sequences.length(s);
#pragma omp for schedule(static) nowait
    for (Index i = 0; i < length; ++i) {
      for (Index column = 0; column < input.columns; column += d) {
        kernels_.rotate(input.row(start + i) + column, table.cosines.row(i), table.sines.row(i),
                        half, direction, output.row(start + i) + column);
      }
    }
  }
}

void CpuBackend::rotate(const Rotation& rotation, ConstMatrixView<float> input,
                        MatrixView<float> output) {
  turn(rotation, 1.0f, input, output);
}

void CpuBackend::rotate_d_input(const Rotation& rotation, ConstMatrixView<float> d_output,
                                MatrixView<float> d_input) {
  turn(rotation, -1.0f, d_output, d_input);
}

}  // namespace integrad
