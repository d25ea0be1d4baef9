// The formats that results are written in.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace integrad::cli {

enum class Format { terminal, html, json, jsonl, csv };

std::string_view to_string(Format format);

/// What the user asked for with --format (`name`, may be empty), or else by the ending of the
/// output file, or else: for a person at a terminal `terminal`, for a pipe or file `jsonl`.
/// Throws UsageError listing what is `allowed`.
Format choose_format(std::string_view name, const std::string& output_path, bool at_terminal,
                     std::initializer_list<Format> allowed);

}  // namespace integrad::cli
