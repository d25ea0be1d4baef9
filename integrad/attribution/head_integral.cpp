#include "integrad/attribution/head_integral.h"

#include <array>
#include <string>
#include <utility>

#include "integrad/base/error.h"

namespace integrad {
namespace {

constexpr std::array<std::pair<HeadIntegral, std::string_view>, 3> names{
    {{HeadIntegral::automatic, "auto"},
     {HeadIntegral::sampled, "sampled"},
     {HeadIntegral::exact, "exact"}}};

}  // namespace

HeadIntegral parse_head_integral(std::string_view name) {
  for (const auto& [head, of_head] : names) {
    if (of_head == name) return head;
  }
  throw UsageError("unknown head \"" + std::string(name) + "\"; choose auto, sampled or exact");
}

std::string_view to_string(HeadIntegral head) {
  return names[static_cast<std::size_t>(head)].second;
}

}  // namespace integrad
