// From the name of a model to the folder with its files.
#pragma once

#include <filesystem>
#include <string_view>

#include "integrad/hub/hub_options.h"

namespace integrad {

/// `name` is a folder, which always wins; or a name on a hub, "owner/name" or "name", with
/// "@revision" (branch, tag, whole or short commit; default main) or without. A model that the
/// local Hugging Face cache holds is taken from there without a question to anybody; another one,
/// or the missing rest of one, is downloaded into it, unless `options.offline`. When the hub cannot
/// be reached, what can be loaded is taken as it is. Throws HubError, and what
/// `options.on_progress` throws. May be called from any thread and several processes at once.
std::filesystem::path find_model(std::string_view name, const HubOptions& options);

}  // namespace integrad
