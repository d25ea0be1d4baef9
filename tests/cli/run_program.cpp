#include "run_program.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <sstream>
#include <stdexcept>

#include "tests/base/temporary_folder.h"

namespace integrad::cli {
namespace {

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> list;
  for (std::string& string : strings) list.push_back(string.data());
  list.push_back(nullptr);
  return list;
}

/// Until the other side of the terminal is closed.
std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

ProgramResult run_program(std::vector<std::string> arguments, const ProgramOptions& options) {
  const TemporaryFolder folder;
  write_text(folder / "in", options.input);
  std::vector<std::string> environment{"PATH=/usr/bin:/bin", "OMP_NUM_THREADS=2"};
  environment.insert(environment.end(), options.environment.begin(), options.environment.end());
  arguments.insert(arguments.begin(), INTEGRAD_PROGRAM);
  const std::vector<char*> argument_pointers = pointers(arguments);
  const std::vector<char*> environment_pointers = pointers(environment);

  int master = -1, slave = -1;
  if (options.terminal && ::openpty(&master, &slave, nullptr, nullptr, nullptr) != 0) {
    throw std::runtime_error("no pseudo-terminal");
  }
  const std::string in = (folder / "in").string(), out = (folder / "out").string(),
                    err = (folder / "err").string();
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open(in.c_str(), O_RDONLY), 0);
    ::dup2(options.terminal ? slave : ::open(out.c_str(), O_WRONLY | O_CREAT, 0600), 1);
    ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT, 0600), 2);
    if (master >= 0) ::close(master);
    if (slave >= 0) ::close(slave);
    ::execve(INTEGRAD_PROGRAM, argument_pointers.data(), environment_pointers.data());
    ::_exit(127);
  }
  ProgramResult result;
  if (options.terminal) {
    ::close(slave);
    result.output = read_all(master);
    ::close(master);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!options.terminal) result.output = read_text(out);
  result.errors = read_text(err);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return result;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> with_model(std::string command, std::vector<std::string> more) {
  more.insert(more.begin(), {std::move(command), "--model", INTEGRAD_MODELS "/imdb-minilm"});
  return more;
}

}  // namespace integrad::cli
