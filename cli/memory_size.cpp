#include "cli/memory_size.h"

#include <charconv>
#include <string>

#include "integrad/base/error.h"

namespace integrad::cli {
namespace {

[[noreturn]] void fail(std::string_view text) {
  throw UsageError("\"" + std::string(text) +
                   "\" is no size of memory; write for example 512MiB, 2GiB or a number of bytes");
}

/// 0 for a unit that is not known.
double factor_of(std::string unit) {
  for (char& c : unit) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  if (unit.empty() || unit == "B") return 1;
  constexpr std::string_view prefixes = "KMGT";
  const std::size_t power = prefixes.find(unit[0]);
  const std::string rest = unit.substr(1);
  if (power == std::string_view::npos || (!rest.empty() && rest != "IB" && rest != "B")) return 0;
  double factor = 1;
  for (std::size_t i = 0; i <= power; ++i) factor *= rest == "B" ? 1000 : 1024;
  return factor;
}

}  // namespace

Index parse_memory_size(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [unit, fault] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (fault != std::errc{}) fail(text);
  std::string_view rest(unit, static_cast<std::size_t>(end - unit));
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  const double bytes = number * factor_of(std::string(rest));
  constexpr double most = 1e18;
  if (!(bytes >= 1) || bytes > most) fail(text);
  return static_cast<Index>(bytes);
}

}  // namespace integrad::cli
