#include "cli/interrupt.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <initializer_list>

namespace integrad::cli {

Interrupt::Interrupt() {
  sigset_t held;
  ::sigemptyset(&held);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&held, signal);
  ::pthread_sigmask(SIG_BLOCK, &held, &former_);
  signals_ = ::signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
}

Interrupt::~Interrupt() {
  if (signals_ >= 0) ::close(signals_);
  ::pthread_sigmask(SIG_SETMASK, &former_, nullptr);
}

void Interrupt::check() const {
  sigset_t pending;
  ::sigpending(&pending);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    if (::sigismember(&pending, signal) == 1) throw Interrupted{signal};
  }
}

void Interrupt::wait_for(int descriptor) const {
  std::array<pollfd, 2> watched{{{descriptor, POLLIN, 0}, {signals_, POLLIN, 0}}};
  ::poll(watched.data(), watched.size(), -1);
  check();
}

}  // namespace integrad::cli
