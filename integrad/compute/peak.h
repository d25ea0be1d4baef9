// What the machine can do at best, to judge what was done.
#pragma once

#include "integrad/compute/precision.h"

namespace integrad {

/// Operations a second of the fastest of several square products (1536 × 1536 × 1536) on the cpu
/// backend; takes about 0.2 s. `threads` 0: one a core.
double measure_peak(Precision precision, int threads);

}  // namespace integrad
