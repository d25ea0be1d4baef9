// The server of server.py, as long as a test runs, and a cache to download into.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "integrad/hub/hub_error.h"
#include "integrad/hub/hub_options.h"
#include "tests/base/temporary_folder.h"

namespace integrad {

/// One request, as the server saw it.
struct SeenRequest {
  std::string port, method, path, authorization, range;
};

class HubServer {
 public:
  HubServer();
  HubServer(const HubServer&) = delete;
  HubServer& operator=(const HubServer&) = delete;
  ~HubServer();

  const std::string& url() const { return url_; }
  const std::string& other_url() const { return other_url_; }
  /// `name` of a file that is stored in the large file store begins with "large:".
  void add_model(const std::string& model, const std::string& commit,
                 const std::vector<std::pair<std::string, std::string>>& files) const;
  /// JSON, see server.py.
  void set_faults(const std::string& json) const;
  std::vector<SeenRequest> log() const;
  /// How many requests to a path that holds `part`, of a method or of all.
  int count(const std::string& part, const std::string& method = "") const;

 private:
  TemporaryFolder folder_;
  pid_t process_ = -1;
  int input_ = -1;
  std::string url_, other_url_;
};

/// So that no setting of the machine comes between a test and its server.
void forget_proxies();

/// A commit of forty equal digits.
std::string commit_of(char digit);

/// With a server that has "owner/tiny": config, tokenizer, weights of `weights` in the store.
class HubTest : public testing::Test {
 protected:
  HubTest();

  /// Everything under the cache, quick to give up.
  HubOptions options() const;
  /// The failure of find_model(name, options).
  HubFailure failure(const std::string& name, const HubOptions& options);

  HubServer server_;
  TemporaryFolder cache_;
  std::string weights_;
  std::string message_;  // of the last failure
};

}  // namespace integrad
