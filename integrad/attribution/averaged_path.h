// Sampling paths where the classifier's head jumps: its derivative is averaged (head_average.h), so
// that a path needs as few nodes as what is smooth in it.
#pragma once

#include "integrad/attribution/head_average.h"

namespace integrad {

/// As sample_paths (path.h), of head(summary(x)); `scalar` and `choose` read the head's outputs. A
/// path has `nodes` equidistant nodes, both ends among them. With options.adaptive it begins with
/// 25, or 33 where the tolerance is small, and their distance is halved until the estimated error
/// is within the tolerance; all gradients of a path are then taken anew, and all of them count as
/// evaluations. Where the nodes of a path do not fit into one chunk, some of them run forward
/// twice: their averages need the summaries of all. Needs nodes >= 5.
template <class T>
std::vector<std::vector<PathSamples>> sample_with_averaged_head(
    Differentiable<T>& summary, Head& head, std::span<const Path<T>> paths, Index nodes,
    const ScalarOfOutputs& scalar, const ChooseTargets& choose, const SamplingOptions& options,
    PointBuffers<T>& buffers);

}  // namespace integrad
