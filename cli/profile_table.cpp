#include "cli/profile_table.h"

#include <cstdio>

namespace integrad::cli {
namespace {

std::string line(std::string_view name, const Profile::Entry& entry, double all, double peak) {
  char text[96];
  std::snprintf(text, sizeof text, "%-10.*s %9.3f s %6.1f %%", static_cast<int>(name.size()),
                name.data(), entry.seconds, all > 0 ? 100 * entry.seconds / all : 0.0);
  std::string result = text;
  if (entry.operations > 0 && entry.seconds > 0) {
    const double rate = entry.operations / entry.seconds;
    std::snprintf(text, sizeof text, " %9.1f GFLOP/s", rate / 1e9);
    result += text;
    if (peak > 0) {
      std::snprintf(text, sizeof text, " %6.1f %% of peak", 100 * rate / peak);
      result += text;
    }
  }
  return result + "\n";
}

}  // namespace

std::string profile_table(const Profile& profile, double seconds, double peak) {
  std::string table;
  Profile::Entry all{seconds, 0};
  for (const Room room : all_rooms) {
    table += line(to_string(room), profile[room], seconds, peak);
    all.operations += profile[room].operations;
  }
  table += line("other", {seconds - profile.seconds(), 0}, seconds, peak);
  table += line("all", all, seconds, peak);
  if (peak > 0) {
    char text[96];
    std::snprintf(text, sizeof text, "peak: %.1f GFLOP/s, a product of 1536 x 1536 matrices here\n",
                  peak / 1e9);
    table += text;
  }
  return table;
}

}  // namespace integrad::cli
