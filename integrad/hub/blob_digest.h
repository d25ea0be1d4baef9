// The digests by which a hub names the contents of files.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace integrad {

/// Whether the file is what the etag says: its SHA-256 (64 digits), or git's name of it as a blob,
/// the SHA-1 of "blob SIZE\0" and the bytes (40 digits). An etag of another kind says nothing, and
/// any file will do. `tick` is called now and then and may throw. Throws HubError (cannot_write)
/// when the file cannot be read.
bool matches_etag(const std::filesystem::path& file, const std::string& etag,
                  const std::function<void()>& tick);

}  // namespace integrad
