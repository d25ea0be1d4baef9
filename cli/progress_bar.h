// A bar on standard error for work that takes more than a second.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "integrad/base/matrix.h"

namespace integrad::cli {

/// What is known about the work.
struct Progress {
  Index texts = 0;                 // done
  Index points = 0;                // gradients done, or texts for predict
  std::optional<double> fraction;  // of all work; none when unknown
  double seconds = 0;              // since the start
};

/// One line of at most `width` columns: "[#####-----]  50 %  12 texts  640 points/s  0:03 left".
std::string progress_line(const Progress& progress, Index width);
/// "[#####-----]  50 %", `fraction` in [0, 1].
std::string bar_text(double fraction);
/// "0:03", "1:02:09".
std::string duration_text(double seconds);

class ProgressBar {
 public:
  /// Draws only when `enabled` and standard error is a terminal.
  explicit ProgressBar(bool enabled);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() { clear(); }

  /// Redraws at most ten times a second.
  void update(Index texts, Index points, std::optional<double> fraction);
  /// The same for a line of its own: of at most `width` columns, `seconds` after the start.
  void update(const std::function<std::string(double seconds, Index width)>& line);
  /// Takes the bar away, so that something else can be written.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool enabled_;
  bool shown_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_ = start_;
};

}  // namespace integrad::cli
