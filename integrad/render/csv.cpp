#include "integrad/render/csv.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include "integrad/base/error.h"
#include "integrad/render/visible_text.h"

namespace integrad {
namespace {

std::string field(std::string_view text) {
  const bool padded = !text.empty() && (text.front() == ' ' || text.back() == ' ');
  if (!padded && text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string shortest(double value) {
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), result.ptr};
}

/// ",lowest,highest" of a token over several baselines.
std::string range(const Explanation& explanation, Index token) {
  if (explanation.baselines.empty()) return ",,";
  double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
  for (const BaselineScores& scores : explanation.baselines) {
    lowest = std::min(lowest, scores.attributions[static_cast<std::size_t>(token)]);
    highest = std::max(highest, scores.attributions[static_cast<std::size_t>(token)]);
  }
  return "," + shortest(lowest) + "," + shortest(highest);
}

}  // namespace

std::string csv_header() {
  return "explanation,token_index,token,id,start,end,word,segment,special,target,attribution,error,"
         "converged,lowest,highest\n";
}

std::string csv_rows(const Explanation& explanation, Index number) {
  std::string rows;
  const std::string first = std::to_string(number) + ",";
  const std::string target = field(explanation.target);
  const std::string converged = !explanation.relative_error ? ","
                                : explanation.converged     ? ",true"
                                                            : ",false";
  Index index = 0;
  for (const TokenAttribution& token : explanation.tokens) {
    if (!std::isfinite(token.attribution)) {
      throw NumericalError("the attribution of token " + std::to_string(index) + " of the text \"" +
                           start_of(explanation.text) +
                           "\" is not a finite number: try precision f64 or score logit");
    }
    rows += first + std::to_string(index) + "," + field(token.token) + "," +
            std::to_string(token.id) + "," + std::to_string(token.start) + "," +
            std::to_string(token.end) + "," + (token.word ? std::to_string(*token.word) : "") +
            "," + std::to_string(token.segment) + "," + (token.special ? "true" : "false") + "," +
            target + "," + shortest(token.attribution) + "," +
            (token.error ? shortest(*token.error) : "") + converged + range(explanation, index) +
            "\n";
    ++index;
  }
  return rows;
}

std::string render_csv(const ExplanationDocument& document) {
  std::string out = csv_header();
  Index number = 0;
  for (const Explanation& explanation : document.explanations) {
    out += csv_rows(explanation, number++);
  }
  return out;
}

}  // namespace integrad
