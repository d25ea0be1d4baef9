#include "integrad/hub/find_model.h"

#include <string>
#include <system_error>

#include "integrad/hub/cache_folder.h"
#include "integrad/hub/download_model.h"
#include "integrad/hub/hub_error.h"
#include "integrad/hub/needed_files.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

/// Whether the hub could not say anything about the model.
bool is_unreachable(HubFailure kind) {
  return kind == HubFailure::no_connection || kind == HubFailure::connection_lost ||
         kind == HubFailure::server_failure || kind == HubFailure::too_many_requests;
}

[[noreturn]] void fail_offline(const ModelId& id, const CacheFolder& cache,
                               const std::string& problem) {
  throw HubError(HubFailure::not_cached, "model " + id.name + ", revision " + id.revision +
                                             ": there is no such folder, " + problem +
                                             " in the cache " + cache.path().string() +
                                             ", and HF_HUB_OFFLINE forbids to download it");
}

}  // namespace

fs::path find_model(std::string_view name, const HubOptions& options) {
  const fs::path folder(name);
  std::error_code error;
  if (fs::is_directory(folder, error)) return folder;
  const std::string quoted = "\"" + std::string(name) + "\"";
  if (fs::exists(fs::symlink_status(folder, error))) {
    throw HubError(HubFailure::no_such_model_here,
                   quoted + " is no folder; give the folder that save_pretrained wrote");
  }
  const auto id = parse_model_id(name);
  if (!id) {
    throw HubError(HubFailure::no_such_model_here,
                   "there is no folder " + quoted +
                       ", and it is no name of a model (owner/name or owner/name@revision)");
  }
  const CacheFolder cache(options.cache, *id);
  const auto commit = cache.commit_of(id->revision);
  if (!commit || !fs::is_directory(cache.snapshot(*commit), error)) {
    if (options.offline) fail_offline(*id, cache, "nothing of it");
    return download_model(*id, id->revision, cache, options);
  }
  const SnapshotState state = look_into(cache, *commit, options.need);
  if (state.complete || (state.usable && options.offline)) return cache.snapshot(*commit);
  if (options.offline) fail_offline(*id, cache, "no " + state.lacking);
  try {
    // The rest of this commit, even when the branch has moved on.
    return download_model(*id, *commit, cache, options);
  } catch (const HubError& failure) {
    if (!state.usable || !is_unreachable(failure.kind())) throw;
    return cache.snapshot(*commit);
  }
}

}  // namespace integrad
