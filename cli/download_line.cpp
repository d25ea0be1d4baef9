#include "cli/download_line.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "cli/progress_bar.h"
#include "integrad/render/visible_text.h"

namespace integrad::cli {
namespace {

/// In MB; one digit behind the point for little.
std::string megabytes(double bytes) {
  std::array<char, 32> text{};
  const double megabytes = bytes / 1e6;
  std::snprintf(text.data(), text.size(), megabytes < 100 ? "%.1f" : "%.0f", megabytes);
  return text.data();
}

}  // namespace

std::string download_line(const HubProgress& progress, std::int64_t bytes_before, double seconds,
                          Index width) {
  const auto bytes = static_cast<double>(progress.bytes);
  const auto all = static_cast<double>(progress.all_bytes);
  std::string line = "looking for the model";
  if (progress.all_bytes > 0 && !progress.file.empty()) {
    const double fraction = std::clamp(bytes / all, 0.0, 1.0);
    line = bar_text(fraction) + "  " + visible_text(progress.file, Lines::show) + "  " +
           megabytes(bytes) + " of " + megabytes(all) + " MB";
    const double rate = (bytes - static_cast<double>(bytes_before)) / seconds;
    if (seconds > 0 && rate > 0) {
      line += "  " + megabytes(rate) + " MB/s  " + duration_text((all - bytes) / rate) + " left";
    }
  }
  return line.substr(0, static_cast<std::size_t>(std::max<Index>(width, 1)));
}

}  // namespace integrad::cli
