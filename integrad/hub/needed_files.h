// Which files of a model are read, and whether a snapshot in the cache holds them.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/hub/cache_folder.h"
#include "integrad/hub/hub_options.h"

namespace integrad {

/// How much of a model a snapshot holds.
struct SnapshotState {
  bool usable = false;    // it can be loaded
  bool complete = false;  // and no file that would matter can be missing
  std::string lacking;    // what is not there, when it is not usable
};

SnapshotState look_into(const CacheFolder& cache, const std::string& commit, HubNeed need);

/// The files of `listed` that are needed, weights last: config.json, all of the tokenizer's, and
/// the first kind of weights that is there, or its index, whose shards come from `shards_of`.
/// Throws HubError (file_not_found) when there is no config.json, or no weights that are read here.
std::vector<std::string> needed_files(const std::string& model, const std::set<std::string>& listed,
                                      HubNeed need);
/// All names that could have been needed and are not in `listed`.
std::vector<std::string> absent_files(const std::set<std::string>& listed, HubNeed need);

bool is_shard_index(std::string_view file);
/// The files that an index names. Throws HubError (bad_answer) when it is malformed or names
/// something that is no plain file name. `where` names the index in errors.
std::set<std::string> shards_of(std::string_view index, const std::string& where);

/// The largest size in bytes that a file of this name may have.
std::int64_t size_limit(std::string_view file);

}  // namespace integrad
