// Explanations as JSON, schema "integrad/explanations/1": one object, or JSON Lines for streams.
// Keys are written in the order of explanation.h; numbers in a form that reads back as the same
// number; strings as UTF-8 (bytes of a label or path that are not UTF-8 become U+FFFD).
#pragma once

#include <string>
#include <string_view>

#include "integrad/attribution/explanation.h"

namespace integrad {

/// The whole document as one object, a line a token. NumericalError naming the start of the text
/// when a number is not finite: JSON has no such numbers.
std::string render_json(const ExplanationDocument& document);

/// First line of a JSON Lines file: {"schema":…,"model":…,"settings":…} and a line feed.
std::string render_jsonl_header(const ModelCard& model, const ExplanationSettings& settings);

/// A further line: one explanation and a line feed. NumericalError as for `render_json`.
std::string render_jsonl(const Explanation& explanation);

/// Reads either form back: an equal document. Unknown keys are passed over. UsageError with the
/// position (line and column, or the path of the key) when the JSON is malformed, has another
/// schema, lacks a key or has a value of the wrong type.
ExplanationDocument parse_json(std::string_view json);

}  // namespace integrad
