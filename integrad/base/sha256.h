// SHA-256 digests (FIPS 180-4), by OpenSSL.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace integrad {

/// Lower-case hexadecimal digest of the parts, one after another.
std::string sha256_hex(const std::vector<std::span<const std::byte>>& parts);

}  // namespace integrad
