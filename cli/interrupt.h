// Ctrl-C without half-written files.
#pragma once

#include <csignal>

namespace integrad::cli {

/// Thrown where a pending signal is noticed.
struct Interrupted {
  int signal = SIGINT;
};

/// While it lives, SIGINT, SIGTERM and SIGHUP wait until somebody looks; when it goes they act as
/// ever and end the program. So what is destroyed before it still gets cleaned up. Make it before
/// any other thread, so that all threads inherit the mask.
class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  /// Throws Interrupted when a signal waits.
  void check() const;
  /// Returns when `descriptor` can be read; throws Interrupted when a signal comes first.
  void wait_for(int descriptor) const;

 private:
  sigset_t former_;
  int signals_ = -1;  // a descriptor that becomes readable when a signal waits
};

}  // namespace integrad::cli
