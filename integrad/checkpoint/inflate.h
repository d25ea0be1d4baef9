// Content of the members of a zip archive that are compressed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "integrad/checkpoint/zip_archive.h"

namespace integrad {

/// The content of a deflated member, its size and checksum verified. Memory grows with what really
/// comes out, never beyond the announced size. `file` is for messages. Throws CheckpointError.
std::vector<std::byte> inflate_member(const ZipMember& member, const std::filesystem::path& file);

/// Whether bytes have this CRC-32.
bool has_checksum(std::span<const std::byte> content, std::uint32_t checksum);

}  // namespace integrad
