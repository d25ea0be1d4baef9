// The bytes of one file, from a hub into the cache.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "integrad/hub/cache_folder.h"
#include "integrad/hub/hub_client.h"

namespace integrad {

/// Afterwards the snapshot has the file, with the size and the digest that the hub has told.
/// Continues what an earlier call, or huggingface_hub, has begun; waits for others that fetch the
/// same. `on_bytes(n)`: n bytes are here by now. What it throws, and any error, leaves the bytes so
/// far for the next call. Throws HubError.
void fetch_file(HubClient& client, const CacheFolder& cache, const std::string& model,
                const HubFile& file, const std::function<void(std::int64_t)>& on_bytes);

}  // namespace integrad
