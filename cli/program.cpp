#include "cli/program.h"

#include <array>
#include <cstdio>
#include <exception>
#include <string_view>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "integrad/base/error.h"
#include "integrad/render/visible_text.h"

namespace integrad::cli {
namespace {

struct Command {
  std::string_view name;
  int (*run)(Arguments);
};

constexpr std::array<Command, 12> commands{{{"explain", explain},
                                            {"predict", predict},
                                            {"tokenize", tokenize},
                                            {"inspect", inspect},
                                            {"verify", verify},
                                            {"convert", convert},
                                            {"prune-vocabulary", prune_vocabulary},
                                            {"train", train},
                                            {"evaluate", evaluate},
                                            {"evaluate-explanations", evaluate_explanations},
                                            {"compare", compare},
                                            {"conductance", conductance}}};

int dispatch(const std::vector<std::string>& arguments) {
  Output output("");
  if (arguments.empty()) {
    output.write(program_help);
    return exit_user_error;
  }
  const std::string& first = arguments[0];
  for (const Command& command : commands) {
    if (first == command.name) return command.run(Arguments(arguments).subspan(1));
    if (first == "help" && arguments.size() > 1 && arguments[1] == command.name) {
      const std::string help = "--help";
      return command.run(Arguments(&help, 1));
    }
  }
  if (first == "--help" || first == "-h" || first == "help") {
    output.write(program_help);
    return exit_done;
  }
  if (first == "--version") {
    output.write("integrad " INTEGRAD_VERSION "\n");
    return exit_done;
  }
  std::string known;
  for (const Command& command : commands) known += " " + std::string(command.name);
  throw UsageError("unknown command \"" + first + "\"; the commands are" + known +
                   " (integrad --help)");
}

/// One line on standard error; control characters of a text or a path are shown, not sent.
void report(std::string_view kind, std::string_view message) {
  const std::string line =
      "integrad: " + std::string(kind) + visible_text(message, Lines::show) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

int run(const std::vector<std::string>& arguments) noexcept {
  try {
    return dispatch(arguments);
  } catch (const ReaderGone&) {
    return exit_done;  // `integrad … | head` has seen enough
  } catch (const Interrupted& interrupted) {
    return 128 + interrupted.signal;
  } catch (const Error& error) {
    report("error: ", error.what());
    return exit_user_error;
  } catch (const std::bad_alloc&) {
    report("error: ", "out of memory; a smaller --memory-limit or model may help");
    return exit_user_error;
  } catch (const std::exception& error) {
    report("internal error: ",
           std::string(error.what()) + "; please report this with the command that you ran");
    return exit_our_error;
  } catch (...) {
    report("internal error: ", "unknown; please report this with the command that you ran");
    return exit_our_error;
  }
}

}  // namespace integrad::cli
