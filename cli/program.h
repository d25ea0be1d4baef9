// The program around the commands: picks one, and turns exceptions into exit codes.
#pragma once

#include <string>
#include <vector>

namespace integrad::cli {

/// Exit codes. A signal's are others: 128 + its number, as the shell says.
enum ExitCode : int {
  exit_done = 0,
  exit_user_error = 1,  ///< an option, an input or a file of the user is wrong
  exit_our_error = 2,   ///< an error of the program, or a check of `verify` that failed
};

/// Runs the program with its arguments, without its own name. Never throws.
int run(const std::vector<std::string>& arguments) noexcept;

}  // namespace integrad::cli
