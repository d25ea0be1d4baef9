// The user's own text cut into runs for display: what stands between the scored spans, the spans,
// and chips for scores that no character of the text carries. Renderers colour what this returns.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "integrad/attribution/explanation.h"
#include "integrad/attribution/spans.h"

namespace integrad {

/// A run of one text. Its `text` is a view of the explanation's text (or of a token, for a chip).
struct Run {
  enum class Kind {
    plain,   ///< characters that no token covers: white space, what the tokenizer dropped
    scored,  ///< characters of a token, word or sentence
    chip,    ///< a token without characters (a special token) whose attribution is not 0
    unseen,  ///< the end of the text that was cut off before the model saw it
  };
  Kind kind = Kind::plain;
  std::string_view text;
  double attribution = 0;
  Index first_token = 0, last_token = 0;  // tokens [first_token, last_token); empty if not scored
  int level = 0;  // colour step in [-colour_levels, colour_levels]; 0 is neutral
};

/// Steps of colour on each side of neutral.
inline constexpr int colour_levels = 20;

/// The runs of the text and, for a pair, of the second text: one list each. Joined, the `text`s of
/// all but the chips are the user's text, byte for byte. The attributions add up to Σ attributions.
/// Spans whose characters overlap (several tokens of one character) become one run with their sum;
/// spans are widened to whole UTF-8 characters and clamped to the text. The explanation must live
/// as long as the runs.
std::vector<std::vector<Run>> lay_out(const Explanation& explanation, Granularity granularity);

/// The estimated error of a run's attribution: the sum of its tokens'; none where a fixed rule was
/// used.
std::optional<double> error_of(const Explanation& explanation, const Run& run);

/// The least and the most that any of several baselines gives a run; none with one baseline.
std::optional<std::pair<double, double>> range_of(const Explanation& explanation, const Run& run);

/// The pieces of a run's tokens, joined with a space: "dis ##like".
std::string pieces_of(const Explanation& explanation, const Run& run);

/// Scored runs and chips of all texts whose attribution is not 0, largest |attribution| first, at
/// most `count`.
std::vector<Run> strongest_runs(const std::vector<std::vector<Run>>& texts, std::size_t count);

}  // namespace integrad
