// All files of a model that are needed, from a hub into the cache.
#pragma once

#include <filesystem>

#include "integrad/hub/cache_folder.h"
#include "integrad/hub/hub_options.h"
#include "integrad/hub/model_id.h"

namespace integrad {

/// Asks the hub which files `id` has at `revision`, fetches those that are needed and not in the
/// snapshot, and notes `id.revision` in refs/ at the end. Returns the folder of the snapshot.
/// Throws HubError and what `options.on_progress` throws; what was fetched by then is kept.
std::filesystem::path download_model(const ModelId& id, const std::string& revision,
                                     const CacheFolder& cache, const HubOptions& options);

}  // namespace integrad
