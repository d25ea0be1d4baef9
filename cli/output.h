// Where results go: a file that is written whole or not at all, or standard output.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/interrupt.h"
#include "integrad/base/atomic_file.h"

namespace integrad::cli {

/// Thrown when nobody reads standard output any more: the end of `integrad … | head`.
struct ReaderGone {};

class Output {
 public:
  /// "" or "-": standard output. Throws UsageError when the file cannot be created.
  explicit Output(const std::string& path);

  /// Standard output is flushed at once, so that results are seen as they come. Throws ReaderGone
  /// and UsageError (disk full).
  void write(std::string_view text);
  /// Puts the file in its place; without it the destructor leaves everything as it was.
  void commit();

  /// Standard output, and a person looks at it.
  bool is_terminal() const;
  /// Throws Interrupted when Ctrl-C was pressed and there is a file to clean up.
  void check_interrupt() const;
  /// For those who wait for input; null when Ctrl-C may end the program at once.
  const Interrupt* interrupt() const { return interrupt_ ? &*interrupt_ : nullptr; }

 private:
  std::optional<Interrupt> interrupt_;  // before the file: destroyed after it
  std::optional<AtomicFile> file_;
};

}  // namespace integrad::cli
