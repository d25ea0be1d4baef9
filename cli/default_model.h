// Finding the model that comes with the program.
#pragma once

#include <filesystem>
#include <string>

namespace integrad::cli {

/// The bundled model of the program at `executable`: ../share/integrad/models/imdb-minilm beside
/// its folder (installed), or models/imdb-minilm in a folder above it (built from source). Throws
/// UsageError that says what to pass.
std::filesystem::path find_default_model(const std::filesystem::path& executable);

/// `given`, or the bundled model when it is empty.
std::filesystem::path model_or_default(const std::string& given);

}  // namespace integrad::cli
