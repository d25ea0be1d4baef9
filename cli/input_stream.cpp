#include "cli/input_stream.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <streambuf>
#include <system_error>

#include "integrad/base/error.h"

namespace integrad::cli {
namespace {

/// Standard input by read(2): hands over a line as soon as it is there.
class StandardInput : public std::streambuf {
 public:
  explicit StandardInput(const Interrupt* interrupt) : interrupt_(interrupt) {}

 protected:
  int_type underflow() override {
    for (;;) {
      if (interrupt_ != nullptr) interrupt_->wait_for(STDIN_FILENO);
      const ssize_t count = ::read(STDIN_FILENO, buffer_.data(), buffer_.size());
      if (count > 0) {
        setg(buffer_.data(), buffer_.data(), buffer_.data() + count);
        return traits_type::to_int_type(buffer_[0]);
      }
      if (count == 0) return traits_type::eof();
      if (errno != EINTR) {
        throw UsageError("cannot read standard input: " + std::generic_category().message(errno));
      }
    }
  }

 private:
  const Interrupt* interrupt_;
  std::array<char, 65536> buffer_;
};

class StandardInputStream final : private StandardInput, public std::istream {
 public:
  explicit StandardInputStream(const Interrupt* interrupt)
      : StandardInput(interrupt), std::istream(static_cast<StandardInput*>(this)) {
    exceptions(std::ios::badbit);  // lets the buffer's own exceptions through
  }
};

}  // namespace

InputStream open_input(const std::string& path, const Interrupt* interrupt) {
  if (path == "-") return {std::make_unique<StandardInputStream>(interrupt), "standard input", 0};
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    throw UsageError("cannot read " + path + ": it is a folder, expected a file of texts");
  }
  errno = 0;
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*file) {
    throw UsageError("cannot read " + path + ": " + std::generic_category().message(errno));
  }
  InputStream input{std::move(file), path, 0};
  if (std::filesystem::is_regular_file(path, error)) {
    input.bytes = static_cast<Index>(std::filesystem::file_size(path, error));
  }
  return input;
}

}  // namespace integrad::cli
