#include "integrad/hub/download_model.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "integrad/hub/fetch_file.h"
#include "integrad/hub/hub_client.h"
#include "integrad/hub/hub_error.h"
#include "integrad/hub/needed_files.h"

namespace integrad {
namespace {

class Download {
 public:
  Download(const std::string& model, const CacheFolder& cache, const HubOptions& options)
      : model_(model), cache_(cache), options_(options), client_(options, [this] { report(); }) {}

  std::string run(const std::string& revision) {
    const HubListing listing = client_.list({model_, revision});
    std::vector<std::string> names = needed_files(model_, listing.files, options_.need);
    if (is_shard_index(names.back())) add_shards(listing, names);
    std::vector<HubFile> files;
    for (const std::string& name : names) {
      if (cache_.presence(listing.commit, name) == Presence::present) continue;
      files.push_back(client_.look_up(model_, listing.commit, name));
      progress_.all_bytes += files.back().size;
    }
    for (const HubFile& file : files) fetch(file);
    for (const std::string& name : absent_files(listing.files, options_.need)) {
      cache_.note_absent(listing.commit, name);
    }
    return listing.commit;
  }

 private:
  void report() const {
    if (options_.on_progress) options_.on_progress(progress_);
  }

  void fetch(const HubFile& file) {
    const std::int64_t before = progress_.bytes;
    progress_.file = file.name;
    fetch_file(client_, cache_, model_, file, [&](std::int64_t bytes) {
      progress_.bytes = before + bytes;
      report();
    });
  }

  /// The index comes first, as only it says which shards there are.
  void add_shards(const HubListing& listing, std::vector<std::string>& names) {
    const std::string index = names.back();
    if (cache_.presence(listing.commit, index) != Presence::present) {
      const HubFile file = client_.look_up(model_, listing.commit, index);
      progress_.all_bytes += file.size;
      fetch(file);
    }
    std::ifstream stream(cache_.snapshot(listing.commit) / index, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const std::string where = "model " + model_ + ", " + index;
    for (const std::string& shard : shards_of(text, where)) {
      if (!listing.files.contains(shard)) {
        throw HubError(HubFailure::file_not_found,
                       where + " names " + shard + ", which the model does not have");
      }
      names.push_back(shard);
    }
  }

  const std::string& model_;
  const CacheFolder& cache_;
  const HubOptions& options_;
  HubProgress progress_;
  HubClient client_;
};

}  // namespace

std::filesystem::path download_model(const ModelId& id, const std::string& revision,
                                     const CacheFolder& cache, const HubOptions& options) {
  const std::string commit = Download(id.name, cache, options).run(revision);
  // Last, so that a name never leads to a snapshot that was not even begun.
  if (id.revision != commit) cache.write_ref(id.revision, commit);
  return cache.snapshot(commit);
}

}  // namespace integrad
