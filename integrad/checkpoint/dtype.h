// The number formats that a safetensors file can name.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace integrad {

/// In the order of the reference implementation, narrow first.
enum class Dtype : std::uint8_t {
  boolean,
  f4,
  f6_e2m3,
  f6_e3m2,
  u8,
  i8,
  f8_e5m2,
  f8_e4m3,
  f8_e8m0,
  f8_e4m3fnuz,
  f8_e5m2fnuz,
  i16,
  u16,
  f16,
  bf16,
  i32,
  u32,
  f32,
  c64,
  f64,
  i64,
  u64,
};

/// As it is spelled in a file: "F32", "BF16", "BOOL".
std::string_view dtype_name(Dtype dtype);
/// Bits of one number.
int dtype_bits(Dtype dtype);
/// None for a name that the format does not define.
std::optional<Dtype> dtype_of_name(std::string_view name);

}  // namespace integrad
