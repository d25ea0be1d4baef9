#include "cli/progress_bar.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace integrad::cli {
namespace {

constexpr Index usual_width = 80;

Index terminal_width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual_width;
  return size.ws_col;
}

}  // namespace

std::string duration_text(double seconds) {
  const auto whole = static_cast<Index>(std::min(std::ceil(seconds), 359'999.0));
  const auto two = [](Index n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const Index hours = whole / 3600, minutes = whole / 60 % 60;
  return (hours > 0 ? std::to_string(hours) + ":" + two(minutes) : std::to_string(minutes)) + ":" +
         two(whole % 60);
}

std::string bar_text(double fraction) {
  constexpr Index cells = 20;
  const Index full = std::lround(fraction * cells);
  const std::string percent = std::to_string(static_cast<int>(fraction * 100));
  return "[" + std::string(static_cast<std::size_t>(full), '#') +
         std::string(static_cast<std::size_t>(cells - full), '-') + "] " +
         std::string(3 - std::min<std::size_t>(percent.size(), 3), ' ') + percent + " %";
}

std::string progress_line(const Progress& progress, Index width) {
  std::string facts = std::to_string(progress.texts) + (progress.texts == 1 ? " text" : " texts");
  if (progress.seconds > 0) {
    const double rate = static_cast<double>(progress.points) / progress.seconds;
    facts += "  " + std::to_string(std::lround(rate)) + " points/s";
  }
  std::string line = facts;
  if (progress.fraction) {
    const double fraction = std::clamp(*progress.fraction, 0.0, 1.0);
    line = bar_text(fraction) + "  " + facts;
    if (fraction > 0) {
      line += "  " + duration_text(progress.seconds * (1 - fraction) / fraction) + " left";
    }
  }
  return line.substr(0, static_cast<std::size_t>(std::max<Index>(width, 1)));
}

ProgressBar::ProgressBar(bool enabled) : enabled_(enabled && ::isatty(STDERR_FILENO) == 1) {}

void ProgressBar::update(Index texts, Index points, std::optional<double> fraction) {
  update([&](double seconds, Index width) {
    return progress_line({texts, points, fraction, seconds}, width);
  });
}

void ProgressBar::update(const std::function<std::string(double seconds, Index width)>& line) {
  if (!enabled_) return;
  const Clock::time_point now = Clock::now();
  if (now - start_ < std::chrono::seconds(1) || now - drawn_ < std::chrono::milliseconds(100)) {
    return;
  }
  drawn_ = now;
  shown_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  std::fprintf(stderr, "\r%s\x1b[K", line(seconds, terminal_width() - 1).c_str());
}

void ProgressBar::clear() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

}  // namespace integrad::cli
