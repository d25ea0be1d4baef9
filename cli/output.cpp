#include "cli/output.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <system_error>

#include "integrad/base/error.h"

namespace integrad::cli {

Output::Output(const std::string& path) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe becomes an error of the write
  if (path.empty() || path == "-") return;
  interrupt_.emplace();
  file_.emplace(path);
}

void Output::write(std::string_view text) {
  if (file_) {
    check_interrupt();
    file_->stream() << text;
    return;
  }
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (written && std::fflush(stdout) == 0) return;
  if (errno == EPIPE) throw ReaderGone{};
  throw UsageError("cannot write to standard output: " + std::generic_category().message(errno));
}

void Output::commit() {
  if (file_) file_->commit();
}

bool Output::is_terminal() const { return !file_ && ::isatty(STDOUT_FILENO) == 1; }

void Output::check_interrupt() const {
  if (interrupt_) interrupt_->check();
}

}  // namespace integrad::cli
