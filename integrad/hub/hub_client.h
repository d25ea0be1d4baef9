// What a hub can be asked, over HTTP: which files a model has, what is known of one, its bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "integrad/hub/http.h"
#include "integrad/hub/hub_options.h"
#include "integrad/hub/model_id.h"

namespace integrad {

/// The files of a model at one commit.
struct HubListing {
  std::string commit;
  std::set<std::string> files;  // paths below the model's root; each is safe below a folder
};

struct HubFile {
  std::string commit;
  std::string name;
  std::string etag;  // SHA-256 (large files), git's SHA-1 of the blob, or what a mirror says; safe
                     // as a file name
  std::int64_t size = 0;
};

/// Follows redirects; the token goes to the scheme, host and port of the endpoint and nowhere else,
/// and nothing leads from https to http. Belongs to one thread. Throws HubError that names the
/// model.
class HubClient {
 public:
  /// `tick` is called while waiting and may throw. `options` must outlive this.
  HubClient(const HubOptions& options, std::function<void()> tick);

  /// GET /api/models/NAME/revision/REVISION, tried again as `Retry` says.
  HubListing list(const ModelId& id);
  /// HEAD /NAME/resolve/COMMIT/FILE, tried again as `Retry` says.
  HubFile look_up(const std::string& model, const std::string& commit, const std::string& file);
  /// GET of the same, from byte `from` on, once. The answer's status is 2xx, or 416 when the file
  /// has no such byte.
  HttpResponse fetch(const std::string& model, const HubFile& file, std::int64_t from,
                     const HttpReceiver& receiver);

  const HubOptions& options() const { return options_; }
  const std::function<void()>& tick() const { return tick_; }

 private:
  HttpResponse follow(HttpRequest request, const HttpReceiver& receiver, const std::string& what);
  HttpResponse ask(const HttpRequest& request, HttpReceiver& receiver, const std::string& what);
  std::string text_of(const std::string& url, const std::string& what);
  std::string file_url(const std::string& model, const std::string& commit,
                       const std::string& file) const;

  const HubOptions& options_;
  std::function<void()> tick_;
  HttpClient http_;
  std::string home_;  // the endpoint's origin
};

}  // namespace integrad
