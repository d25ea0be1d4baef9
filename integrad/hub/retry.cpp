#include "integrad/hub/retry.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace integrad {

Retry::Retry(const HubOptions& options, std::function<void()> tick)
    : attempts_(options.attempts),
      first_delay_(options.first_delay),
      longest_delay_(options.longest_delay),
      tick_(std::move(tick)) {}

void Retry::wait_or_rethrow(const HubError& error) {
  const HubFailure kind = error.kind();
  const bool passes = kind == HubFailure::too_many_requests || kind == HubFailure::server_failure ||
                      kind == HubFailure::connection_lost;
  ++failed_;
  if (!passes || failed_ >= attempts_) throw error;
  std::chrono::milliseconds delay = first_delay_;
  for (int i = 1; i < failed_ && delay < longest_delay_; ++i) delay *= 2;
  delay = std::min(delay, longest_delay_);
  if (error.retry_after()) {
    if (*error.retry_after() > longest_delay_) throw error;
    delay = *error.retry_after();
  }
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + delay;
  while (Clock::now() < end) {
    tick_();
    constexpr std::chrono::milliseconds step{100};
    std::this_thread::sleep_for(std::min<Clock::duration>(step, end - Clock::now()));
  }
}

}  // namespace integrad
