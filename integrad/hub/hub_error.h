// What can go wrong between the name of a model and its files.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "integrad/base/error.h"

namespace integrad {

enum class HubFailure {
  no_such_model_here,    // neither a folder nor a name that a hub could know
  not_cached,            // offline, and the cache does not hold it
  model_not_found,       // or private: a hub does not tell strangers which
  revision_not_found,    // the model is there, the branch, tag or commit is not
  file_not_found,        // the model has no file of the kind that is needed
  unauthorised,          // 401: the token is missing or wrong
  forbidden,             // 403, or a model whose conditions must be accepted first
  too_many_requests,     // 429
  server_failure,        // 5xx
  no_connection,         // no such host, nobody listens there
  connection_lost,       // broke off or fell silent
  untrusted_connection,  // the server's certificate is not accepted
  bad_answer,            // what came is not what a hub sends
  damaged,               // size or digest differ from what was announced
  disk_full,
  cannot_write,
};

/// Thrown by everything in hub/. Most messages begin with the model that was asked for.
class HubError : public Error {
 public:
  HubError(HubFailure kind, const std::string& message,
           std::optional<std::chrono::seconds> retry_after = {})
      : Error(message), kind_(kind), retry_after_(retry_after) {}

  HubFailure kind() const { return kind_; }
  /// How long the server asks to wait, where it does.
  std::optional<std::chrono::seconds> retry_after() const { return retry_after_; }

 private:
  HubFailure kind_;
  std::optional<std::chrono::seconds> retry_after_;
};

}  // namespace integrad
