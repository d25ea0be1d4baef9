// Algorithms that look at a function at an input and around it instead of along a path: saliency,
// input × gradient, SmoothGrad, VarGrad, occlusion (algorithm.h has formulas and sources).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "integrad/attribution/algorithm.h"
#include "integrad/attribution/path.h"

namespace integrad {

struct AroundOptions {
  Algorithm algorithm = Algorithm::saliency;
  Index points = 50;    // of noisy inputs, where there are such
  double noise = 0.15;  // deviation of the noise, as a share of that of the input's entries
  std::uint64_t seed = 1;
};

/// Scores of every row stand in `weighted_slopes`; `evaluations` counts gradients, of occlusion
/// values. Noise follows from the seed, the point and the row alone, so it is the same for every
/// path. Rows that are the same at both ends are not occluded and get 0. Of the sampling options
/// the sizes of chunks, threads and on_progress are read.
template <class T>
std::vector<std::vector<PathSamples>> sample_around(
    Differentiable<T>& function, std::span<const Path<T>> paths, const ScalarOfOutputs& scalar,
    const ChooseTargets& choose, const AroundOptions& around, const SamplingOptions& options,
    PointBuffers<T>& buffers);

}  // namespace integrad
