#include "integrad/hub/fetch_file.h"

#include <algorithm>
#include <system_error>

#include "integrad/hub/blob_digest.h"
#include "integrad/hub/file_lock.h"
#include "integrad/hub/hub_error.h"
#include "integrad/hub/partial_file.h"
#include "integrad/hub/retry.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

/// So much must have come for a broken connection not to count as one of several in a row.
constexpr std::int64_t worth_another_try = 1 << 16;

class Transfer {
 public:
  Transfer(HubClient& client, const std::string& model, const HubFile& file, PartialFile& partial,
           const std::function<void(std::int64_t)>& on_bytes)
      : client_(client), model_(model), file_(file), partial_(partial), on_bytes_(on_bytes) {
    receiver_.begin = [this](const HttpResponse& response) { begin(response); };
    receiver_.take = [this](std::span<const std::byte> bytes) { take(bytes); };
    receiver_.tick = client.tick();
  }

  /// One request for what is missing.
  void run() {
    if (partial_.size() > file_.size) partial_.clear();
    on_bytes_(partial_.size());
    if (partial_.size() == file_.size) return;
    from_ = partial_.size();
    if (client_.fetch(model_, file_, from_, receiver_).status == 416) {
      partial_.clear();
      throw error(HubFailure::connection_lost, "the server does not continue the file");
    }
    if (partial_.size() < file_.size) {
      throw error(HubFailure::connection_lost, "only " + std::to_string(partial_.size()) + " of " +
                                                   std::to_string(file_.size) + " bytes came");
    }
  }

  HubError error(HubFailure kind, const std::string& problem) const {
    return {kind, "model " + model_ + ", " + file_.name + ": " + problem};
  }

 private:
  void begin(const HttpResponse& response) {
    const std::string coding = response.header("content-encoding");
    if (!coding.empty() && coding != "identity") {
      throw error(HubFailure::bad_answer, "the server sends the file in a coding of its own");
    }
    if (response.status == 206) {
      const std::string range = response.header("content-range");
      const std::string start = "bytes " + std::to_string(from_) + "-";
      const std::string end = "/" + std::to_string(file_.size);
      if (from_ == 0 || !range.starts_with(start) ||
          !(range.ends_with(end) || range.ends_with("/*"))) {
        throw error(HubFailure::bad_answer, "the server sends another part than was asked for");
      }
      return;
    }
    if (from_ > 0) partial_.clear();  // the server begins anew
    from_ = 0;
    const std::string length = response.header("content-length");
    if (!length.empty() && length != std::to_string(file_.size)) {
      throw error(HubFailure::damaged, "the server announced " + std::to_string(file_.size) +
                                           " bytes and sends " + length.substr(0, 20));
    }
  }

  void take(std::span<const std::byte> bytes) {
    if (partial_.size() + static_cast<std::int64_t>(bytes.size()) > file_.size) {
      throw error(HubFailure::damaged,
                  "more than the announced " + std::to_string(file_.size) + " bytes came");
    }
    partial_.append(bytes);
    on_bytes_(partial_.size());
  }

  HubClient& client_;
  const std::string& model_;
  const HubFile& file_;
  PartialFile& partial_;
  const std::function<void(std::int64_t)>& on_bytes_;
  HttpReceiver receiver_;
  std::int64_t from_ = 0;
};

bool is_whole(const fs::path& blob, const HubFile& file) {
  std::error_code error;
  return fs::is_regular_file(blob, error) &&
         fs::file_size(blob, error) == static_cast<std::uintmax_t>(file.size) && !error;
}

void check_space(const fs::path& folder, std::int64_t missing, const HubFile& file) {
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  if (error || missing <= 0 || space.available >= static_cast<std::uintmax_t>(missing)) return;
  throw HubError(HubFailure::disk_full, file.name + " needs " + std::to_string(missing) +
                                            " bytes more in " + folder.string() + ", where " +
                                            std::to_string(space.available) +
                                            " are free; HF_HOME chooses another cache");
}

/// Until the blob is whole and right.
void fetch_blob(HubClient& client, const CacheFolder& cache, const std::string& model,
                const HubFile& file, const std::function<void(std::int64_t)>& on_bytes) {
  const fs::path path = cache.partial_blob(file.etag);
  PartialFile partial(path);
  check_space(path.parent_path(), file.size - partial.size(), file);
  Transfer transfer(client, model, file, partial, on_bytes);
  Retry retry(client.options(), client.tick());
  bool continued = partial.size() > 0;
  std::int64_t furthest = partial.size();  // bytes that come a second time are no gain
  for (;;) {
    try {
      transfer.run();
    } catch (const HubError& error) {
      if (partial.size() >= furthest + worth_another_try) retry.reset();
      furthest = std::max(furthest, partial.size());
      retry.wait_or_rethrow(error);
      continued = true;
      continue;
    }
    if (matches_etag(path, file.etag, client.tick())) break;
    partial.clear();
    // The fault may be in bytes from another day; of its own bytes a server is asked once.
    if (!continued) {
      throw transfer.error(HubFailure::damaged,
                           "what came is not what the server announced (its digest differs); try "
                           "again");
    }
    continued = false;
  }
  partial.publish(cache.blob(file.etag));
}

}  // namespace

void fetch_file(HubClient& client, const CacheFolder& cache, const std::string& model,
                const HubFile& file, const std::function<void(std::int64_t)>& on_bytes) {
  const FileLock lock(cache.lock(file.etag), client.tick());
  if (is_whole(cache.blob(file.etag), file)) {
    on_bytes(file.size);
  } else {
    fetch_blob(client, cache, model, file, on_bytes);
  }
  cache.link(file.commit, file.name, file.etag);
}

}  // namespace integrad
