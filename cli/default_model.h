// From --model, or its absence, to the folder of a model.
#pragma once

#include <filesystem>
#include <string>

#include "integrad/hub/hub_options.h"

namespace integrad::cli {

/// The bundled model of the program at `executable`: ../share/integrad/models/imdb-minilm beside
/// its folder (installed), or models/imdb-minilm in a folder above it (built from source). Throws
/// UsageError that says what to pass.
std::filesystem::path find_default_model(const std::filesystem::path& executable);

/// The folder of the model: `given` itself, or what `find_model` makes of it, or the bundled model
/// when it is empty. A download shows a bar on standard error unless `quiet`, and ends with
/// Interrupted on Ctrl-C. Throws UsageError and HubError.
std::filesystem::path model_or_default(const std::string& given, bool quiet,
                                       HubNeed need = HubNeed::model);

}  // namespace integrad::cli
