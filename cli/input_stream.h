// Opening what texts are read from.
#pragma once

#include <istream>
#include <memory>
#include <string>

#include "cli/interrupt.h"
#include "integrad/base/matrix.h"

namespace integrad::cli {

/// A stream with its name for messages.
struct InputStream {
  std::unique_ptr<std::istream> stream;
  std::string name;
  Index bytes = 0;  // 0: not known
};

/// `path`, or standard input for "-". Throws UsageError. With an `interrupt` waiting for standard
/// input ends at Ctrl-C.
InputStream open_input(const std::string& path, const Interrupt* interrupt);

}  // namespace integrad::cli
