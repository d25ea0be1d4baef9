// The wording of this folder's errors: one line, "FILE NAME: fault (PATH)".
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "integrad/base/matrix.h"

namespace integrad {

/// Throws CheckpointError "config.json: fault (DIRECTORY/config.json)".
[[noreturn]] void fail_checkpoint(const std::filesystem::path& file, const std::string& fault);

/// `text` in double quotes, fit for one line of a message: control characters and bytes that are
/// not UTF-8 escaped, long text cut.
std::string in_quotes(std::string_view text);

/// "[8, 4]"; "[]" for a scalar.
std::string shape_text(std::span<const Index> shape);

}  // namespace integrad
