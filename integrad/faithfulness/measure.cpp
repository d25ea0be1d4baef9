#include "integrad/faithfulness/measure.h"

#include <algorithm>
#include <string>

#include "integrad/base/error.h"

namespace integrad {
namespace {

struct Name {
  Measure measure;
  std::string_view name;
  bool large_is_good;
};

constexpr std::array<Name, 13> names{
    {{Measure::comprehensiveness, "comprehensiveness", true},
     {Measure::sufficiency, "sufficiency", false},
     {Measure::log_odds, "log_odds", false},
     {Measure::aopc_comprehensiveness, "aopc_comprehensiveness", true},
     {Measure::aopc_sufficiency, "aopc_sufficiency", false},
     {Measure::deletion, "deletion", false},
     {Measure::insertion, "insertion", true},
     {Measure::loo_correlation, "loo_correlation", true},
     {Measure::infidelity, "infidelity", false},
     {Measure::max_sensitivity, "max_sensitivity", false},
     {Measure::auprc, "auprc", true},
     {Measure::token_f1, "token_f1", true},
     {Measure::token_iou, "token_iou", true}}};

const Name& entry(Measure measure) { return names[static_cast<std::size_t>(measure)]; }

}  // namespace

Measure parse_measure(std::string_view name) {
  std::string known;
  for (const Name& one : names) {
    if (one.name == name) return one.measure;
    known += (known.empty() ? "" : ", ") + std::string(one.name);
  }
  throw UsageError("unknown measure \"" + std::string(name) + "\"; choose of " + known);
}

std::string_view to_string(Measure measure) { return entry(measure).name; }

bool large_is_good(Measure measure) { return entry(measure).large_is_good; }

bool depends_on_baseline(Measure measure) {
  return measure == Measure::log_odds || measure == Measure::infidelity;
}

bool needs_rationale(Measure measure) {
  return std::find(plausibility_measures.begin(), plausibility_measures.end(), measure) !=
         plausibility_measures.end();
}

}  // namespace integrad
