// Trying again what failed for a reason that may pass.
#pragma once

#include <chrono>
#include <functional>

#include "integrad/hub/hub_error.h"
#include "integrad/hub/hub_options.h"

namespace integrad {

/// Waits longer each time: first_delay, twice that, …, or as long as the server asks.
class Retry {
 public:
  /// `tick` is called several times a second while waiting; it may throw.
  Retry(const HubOptions& options, std::function<void()> tick);

  /// Call in the handler of `error`. Returns when it is time to try again; throws `error` when it
  /// will not pass (anything but too_many_requests, server_failure and connection_lost), when there
  /// were enough attempts, or when the server asks to wait longer than `longest_delay`.
  void wait_or_rethrow(const HubError& error);
  /// Something was gained: the count begins anew.
  void reset() { failed_ = 0; }

 private:
  int attempts_;
  std::chrono::milliseconds first_delay_;
  std::chrono::milliseconds longest_delay_;
  std::function<void()> tick_;
  int failed_ = 0;
};

}  // namespace integrad
