// parse_json of json.h.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "integrad/base/error.h"
#include "integrad/render/json.h"
#include "integrad/render/visible_text.h"

namespace integrad {
namespace {

using Json = nlohmann::json;

constexpr std::string_view schema = "integrad/explanations/1";
constexpr int deepest = 8;  // the schema has 5 levels; the rest is room for unknown keys

std::string line_and_column(std::string_view json, std::size_t byte, std::size_t first_line) {
  const std::string_view before = json.substr(0, std::min(byte, json.size()));
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_start = before.rfind('\n');  // npos + 1 is 0
  return "line " + std::to_string(first_line + lines) + ", column " +
         std::to_string(before.size() - (line_start + 1) + 1);
}

// The reason that nlohmann gives after its own position: "syntax error … - unexpected …".
std::string reason_of(const Json::exception& error) {
  const std::string_view what = error.what();
  const std::size_t colon = what.find(": ");
  return visible_text(colon == std::string_view::npos ? what : what.substr(colon + 2), Lines::show);
}

// `first_line` is the number of the first line of `json` in the file.
Json parse(std::string_view json, std::size_t first_line) {
  const auto too_deep = [&](int depth, Json::parse_event_t, Json&) {
    if (depth <= deepest) return true;
    throw UsageError("explanations from line " + std::to_string(first_line) +
                     " on: JSON nested deeper than " + std::to_string(deepest) +
                     " levels; expected schema " + std::string(schema));
  };
  try {
    return Json::parse(json, too_deep);
  } catch (const Json::parse_error& error) {
    const std::size_t byte = error.byte > 0 ? error.byte - 1 : 0;
    throw UsageError("malformed explanations at " + line_and_column(json, byte, first_line) + ": " +
                     reason_of(error) + "; is the file cut off?");
  } catch (const Json::exception& error) {  // a number that no double can hold
    throw UsageError("malformed explanations from line " + std::to_string(first_line) +
                     " on: " + reason_of(error));
  }
}

// A value and where it stands, for messages: "explanations[3].tokens[2].id".
class Field {
 public:
  Field(const Json& json, std::string where) : json_(json), where_(std::move(where)) {}

  Field operator[](const char* key) const {
    if (!json_.is_object()) fail("an object");
    const auto found = json_.find(key);
    if (found == json_.end()) {
      throw UsageError(where_ + " has no key \"" + key + "\"; expected schema " +
                       std::string(schema));
    }
    return {*found, where_ + "." + key};
  }

  bool is_null() const { return json_.is_null(); }
  bool has(const char* key) const { return json_.is_object() && json_.contains(key); }

  operator std::string() const {  // NOLINT(google-explicit-constructor)
    if (!json_.is_string()) fail("a string");
    return json_.get<std::string>();
  }
  operator bool() const {  // NOLINT(google-explicit-constructor)
    if (!json_.is_boolean()) fail("true or false");
    return json_.get<bool>();
  }
  operator double() const {  // NOLINT(google-explicit-constructor)
    if (!json_.is_number()) fail("a number");
    return json_.get<double>();
  }

  template <class Integer>
  Integer integer() const {
    const bool fits =
        json_.is_number_integer() &&
        (json_.is_number_unsigned() ? std::in_range<Integer>(json_.get<std::uint64_t>())
                                    : std::in_range<Integer>(json_.get<std::int64_t>()));
    if (!fits) fail("a whole number of " + std::to_string(8 * sizeof(Integer)) + " bits");
    return json_.get<Integer>();
  }

  template <class Read>
  auto list(Read read) const {
    if (!json_.is_array()) fail("a list");
    std::vector<decltype(read(*this))> items;
    items.reserve(json_.size());
    for (const Json& item : json_) {
      items.push_back(read(Field(item, where_ + "[" + std::to_string(items.size()) + "]")));
    }
    return items;
  }

  const std::string& where() const { return where_; }

 private:
  [[noreturn]] void fail(const std::string& expected) const {
    throw UsageError(
        where_ + ": expected " + expected + ", found " +
        (json_.is_null() ? "null" : std::string("a value of type ") + json_.type_name()));
  }

  const Json& json_;
  std::string where_;
};

Index whole(const Field& field) { return field.integer<Index>(); }
std::string string(const Field& field) { return field; }
double number(const Field& field) { return field; }

template <class Read>
auto optional(const Field& field, Read read) {
  return field.is_null() ? std::nullopt : std::optional(read(field));
}

// A key that files of older versions lack.
template <class Read, class Value>
Value later_key(const Field& parent, const char* key, Read read, Value missing) {
  return parent.has(key) ? Value(read(parent[key])) : missing;
}

std::optional<Index> optional_whole(const Field& field) { return optional(field, whole); }
std::optional<std::uint64_t> optional_seed(const Field& field) {
  return optional(field, [](const Field& seed) { return seed.integer<std::uint64_t>(); });
}
std::optional<double> optional_number(const Field& field) { return optional(field, number); }

TokenAttribution token_of(const Field& field) {
  return {.token = field["token"],
          .id = field["id"].integer<std::int32_t>(),
          .start = whole(field["start"]),
          .end = whole(field["end"]),
          .word = optional(field["word"], whole),
          .segment = field["segment"].integer<int>(),
          .special = field["special"],
          .attribution = field["attribution"],
          .error = later_key(field, "error", optional_number, std::optional<double>())};
}

SpanAttribution span_of(const Field& field) {
  return {.text = field["text"],
          .start = whole(field["start"]),
          .end = whole(field["end"]),
          .segment = field["segment"].integer<int>(),
          .special = field["special"],
          .first_token = whole(field["first_token"]),
          .last_token = whole(field["last_token"]),
          .attribution = field["attribution"],
          .error = later_key(field, "error", optional_number, std::optional<double>())};
}

TextWindow window_of(const Field& field) {
  return {.first_token = whole(field["first_token"]),
          .last_token = whole(field["last_token"]),
          .probabilities = field["probabilities"].list(number),
          .logits = field["logits"].list(number)};
}

BaselineScores baseline_of(const Field& field) {
  return {.baseline = field["baseline"],
          .baseline_value = field["baseline_value"],
          .delta = field["delta"],
          .attributions = field["attributions"].list(number)};
}

/// One attribution a token, so that they can be shown side by side.
std::vector<BaselineScores> baselines_of(const Field& list, std::size_t tokens) {
  std::vector<BaselineScores> baselines = list.list(baseline_of);
  for (const BaselineScores& scores : baselines) {
    if (scores.attributions.size() != tokens) {
      throw UsageError(list.where() + ": baseline \"" + start_of(scores.baseline) + "\" has " +
                       std::to_string(scores.attributions.size()) + " attributions; expected " +
                       std::to_string(tokens) + ", one a token");
    }
  }
  return baselines;
}

Explanation explanation_of(const Field& field) {
  Explanation explanation{
      .text = field["text"],
      .text_pair = optional(field["text_pair"], string),
      .predicted = field["predicted"],
      .predicted_id = whole(field["predicted_id"]),
      .predicted_ids = later_key(
          field, "predicted_ids", [](const Field& ids) { return ids.list(whole); },
          std::vector<Index>{whole(field["predicted_id"])}),
      .probabilities = field["probabilities"].list(number),
      .logits = field["logits"].list(number),
      .target = field["target"],
      .target_id = whole(field["target_id"]),
      .value = field["value"],
      .baseline_value = field["baseline_value"],
      .delta = field["delta"],
      .algorithm = later_key(
          field, "algorithm", [](const Field& name) { return parse_algorithm(string(name)); },
          Algorithm::integrated_gradients),
      .evaluations = whole(field["evaluations"]),
      .relative_error =
          later_key(field, "relative_error", optional_number, std::optional<double>()),
      .converged = later_key(
          field, "converged", [](const Field& flag) { return static_cast<bool>(flag); }, true),
      .truncated_tokens = whole(field["truncated_tokens"]),
      .tokens = field["tokens"].list(token_of),
      .words = field["words"].list(span_of),
      .sentences = field["sentences"].list(span_of),
      .windows = later_key(
          field, "windows", [](const Field& windows) { return windows.list(window_of); },
          std::vector<TextWindow>{}),
      .baselines = {}};
  if (field.has("baselines")) {
    explanation.baselines = baselines_of(field["baselines"], explanation.tokens.size());
  }
  return explanation;
}

// A document without its explanations.
ExplanationDocument document_of(const Json& json) {
  const Field root(json, "explanations document");
  const std::string found = root["schema"];
  if (found != schema) {
    throw UsageError("explanations document has schema \"" + start_of(found) + "\"; expected \"" +
                     std::string(schema) + "\"");
  }
  const Field model = root["model"];
  const Field settings = root["settings"];
  return {
      .model = {.path = model["path"],
                .family = model["family"],
                .labels = model["labels"].list(string),
                .sha256 = model["sha256"]},
      .settings =
          {.layer = settings["layer"],
           .layer_input = settings["layer_input"],
           .baseline = settings["baseline"],
           .score = settings["score"],
           .method = settings["method"],
           .n_steps = whole(settings["n_steps"]),
           .max_length = optional(settings["max_length"], whole),
           .backend = settings["backend"],
           .precision = settings["precision"],
           .threshold = later_key(settings, "threshold", optional_number, std::optional<double>()),
           .long_texts = later_key(settings, "long_texts", string, std::string("truncate")),
           .window = later_key(settings, "window", optional_whole, std::optional<Index>()),
           .stride = later_key(settings, "stride", optional_whole, std::optional<Index>()),
           .tolerance = later_key(settings, "tolerance", optional_number, std::optional<double>()),
           .algorithm = later_key(settings, "algorithm", string,
                                  std::string(to_string(Algorithm::integrated_gradients))),
           .noise = later_key(settings, "noise", optional_number, std::optional<double>()),
           .seed = later_key(settings, "seed", optional_seed, std::optional<std::uint64_t>()),
           .head =
               later_key(settings, "head", string, std::string(to_string(HeadIntegral::sampled)))},
      .explanations = {}};
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

ExplanationDocument parse_json(std::string_view json) {
  // A first line that is a whole value without explanations is the header of JSON Lines.
  const std::size_t begin = std::min(json.find_first_not_of(" \t\r\n"), json.size());
  const std::size_t first_end = std::min(json.find('\n', begin), json.size());
  const std::string_view first = json.substr(begin, first_end - begin);
  std::size_t line = 1 + static_cast<std::size_t>(std::count(
                             json.begin(), json.begin() + static_cast<Index>(begin), '\n'));
  const Json header = Json::accept(first) ? parse(first, line) : Json();
  if (!header.is_object() || header.contains("explanations")) {
    const Json whole_json = parse(json, 1);
    ExplanationDocument document = document_of(whole_json);
    document.explanations =
        Field(whole_json, "explanations document")["explanations"].list(explanation_of);
    return document;
  }
  ExplanationDocument document = document_of(header);
  for (std::size_t start = first_end + 1; start < json.size();) {
    ++line;
    const std::size_t end = std::min(json.find('\n', start), json.size());
    const std::string_view text = json.substr(start, end - start);
    start = end + 1;
    if (is_blank(text)) continue;
    const Json explanation = parse(text, line);
    document.explanations.push_back(explanation_of({explanation, "line " + std::to_string(line)}));
  }
  return document;
}

}  // namespace integrad
