// How matrix products are computed. Everything between products is kept in the backend's own type.
#pragma once

#include <string_view>

namespace integrad {

/// `bf16`: factors rounded to bfloat16, sums in float. `automatic`: bf16 where the processor
/// multiplies it faster than float, else f32.
enum class Precision { f32, bf16, automatic };

/// "f32", "bf16", "auto". Throws UsageError for another name.
Precision parse_precision(std::string_view name);
std::string_view to_string(Precision precision);

/// What `automatic` stands for on this processor; the others stand for themselves.
Precision resolve(Precision precision);

}  // namespace integrad
