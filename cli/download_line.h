// What the bar on standard error says while a model is fetched.
#pragma once

#include <cstdint>
#include <string>

#include "integrad/base/matrix.h"
#include "integrad/hub/hub_options.h"

namespace integrad::cli {

/// One line of at most `width` columns:
/// "[#####-----]  50 %  model.safetensors  219 of 438 MB  12.3 MB/s  0:18 left". `bytes_before`
/// were there at the start.
std::string download_line(const HubProgress& progress, std::int64_t bytes_before, double seconds,
                          Index width);

}  // namespace integrad::cli
