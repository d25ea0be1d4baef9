// Runs the built program as a user does.
#pragma once

#include <string>
#include <vector>

namespace integrad::cli {

struct ProgramResult {
  int exit_code = -1;  // −signal when a signal ended it
  std::string output;  // standard output
  std::string errors;  // standard error
};

/// `environment`: settings such as "TERM=xterm" on top of a fixed, empty one.
struct ProgramOptions {
  std::string input;
  std::vector<std::string> environment;
  bool terminal = false;  // standard output is a terminal; its line ends come as \r\n
};

ProgramResult run_program(std::vector<std::string> arguments, const ProgramOptions& options = {});

/// The lines of a text, without their line feeds.
std::vector<std::string> lines_of(const std::string& text);

/// {"--model", folder of the bundled model}, then `more`.
std::vector<std::string> with_model(std::string command, std::vector<std::string> more);

}  // namespace integrad::cli
