// Counts what operator new hands out. Link allocation_counter.cpp into an executable of its own: it
// replaces operator new and delete of the whole program.
#pragma once

#include <cstddef>

namespace integrad::testing {

/// Calls of operator new so far.
std::size_t allocations();
/// Bytes handed out and not yet given back.
std::ptrdiff_t live_bytes();
/// The largest live_bytes() since the last reset.
std::ptrdiff_t peak_bytes();
void reset_peak();

}  // namespace integrad::testing
