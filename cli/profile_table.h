// `--profile`: where the time of a run went.
#pragma once

#include <string>

#include "integrad/base/profile.h"

namespace integrad::cli {

/// A line a room: seconds, share of `seconds` (the whole run), GFLOP/s and, when `peak` (operations
/// a second) is known, the share of it. What no room accounts for is "other": reading, loading.
std::string profile_table(const Profile& profile, double seconds, double peak);

}  // namespace integrad::cli
