#include "cli/jsonl_source.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/utf8_check.h"
#include "integrad/base/error.h"

namespace integrad::cli {
namespace {

using Json = nlohmann::json;

/// The library's message without its own prefix "[json.exception.…] ".
std::string reason_of(const Json::exception& error) {
  const std::string what = error.what();
  const std::size_t end = what.find("] ");
  return end == std::string::npos ? what : what.substr(end + 2);
}

std::string names_of(const Json& object) {
  std::string names;
  for (const auto& [name, value] : object.items()) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "none" : names;
}

/// A string or a number, or several in a list.
std::vector<std::string> labels_of(const Json& value, const std::string& field) {
  std::vector<std::string> labels;
  const auto add = [&](const Json& one) {
    if (!one.is_string() && !one.is_number() && !one.is_boolean()) {
      throw UsageError("field \"" + field +
                       "\" must be a string, a number or a list of them, found " + one.type_name());
    }
    labels.push_back(one.is_string() ? one.get<std::string>() : one.dump());
  };
  if (!value.is_array()) {
    add(value);
  } else {
    for (const Json& one : value) add(one);
  }
  return labels;
}

/// Ranges of characters, marks of words or phrases; null: nobody marked the text.
Rationale rationale_of(const Json& value, const std::string& field, const std::string& text) {
  const auto all = [&](auto&& is) {
    return value.is_array() && std::all_of(value.begin(), value.end(), is);
  };
  const auto range = [](const Json& one) {
    return one.is_array() && one.size() == 2 && one[0].is_number_integer() &&
           one[1].is_number_integer();
  };
  if (value.is_null()) return {};
  if (all([](const Json& one) { return one.is_number_integer(); }) && !value.empty()) {
    return read_rationale(value.get<WordMarks>(), text);
  }
  if (all([](const Json& one) { return one.is_string(); })) {
    return read_rationale(value.get<Phrases>(), text);
  }
  if (all(range)) return read_rationale(value.get<CharacterRanges>(), text);
  throw UsageError("field \"" + field +
                   "\" must be a list of [start, end] in characters, of 0 and 1 a word, or of "
                   "phrases of the text");
}

}  // namespace

JsonlSource::JsonlSource(InputStream input, JsonlFields fields, bool replace_invalid)
    : lines_(std::move(input)), fields_(std::move(fields)), replace_invalid_(replace_invalid) {}

std::optional<PlacedText> JsonlSource::next() {
  std::string line;
  while (lines_.next(line)) {
    if (is_blank(line)) continue;
    const std::string place = lines_.place(lines_.number());
    make_utf8(line, replace_invalid_, place);
    try {
      PlacedText text = parse(line);
      text.place = place;
      return text;
    } catch (const Json::exception& error) {
      throw UsageError(place + ": not JSON: " + reason_of(error));
    } catch (const UsageError& error) {
      throw UsageError(place + ": " + error.what());
    }
  }
  return {};
}

PlacedText JsonlSource::parse(const std::string& line) const {
  const Json json = Json::parse(line);
  if (json.is_string()) {
    for (const std::string* needed : {&fields_.text, &fields_.pair, &fields_.label}) {
      if (needed->empty()) continue;
      throw UsageError("expected an object with field \"" + *needed + "\", found a string");
    }
    return {{json.get<std::string>(), {}}, {}, {}, {}};
  }
  if (!json.is_object()) {
    throw UsageError("expected an object or a string, found " + std::string(json.type_name()));
  }
  const auto text_of = [&](const std::string& name) -> const Json& {
    const auto found = json.find(name);
    if (found == json.end()) {
      throw UsageError("no field \"" + name + "\" in the object; it has " + names_of(json) +
                       "; choose one with --column");
    }
    return *found;
  };
  const std::string name = fields_.text.empty() ? "text" : fields_.text;
  const Json& text = text_of(name);
  if (!text.is_string()) {
    throw UsageError("field \"" + name + "\" must be a string, found " + text.type_name());
  }
  PlacedText placed;
  if (!fields_.label.empty()) placed.labels = labels_of(text_of(fields_.label), fields_.label);
  TextInput& input = placed.input;
  input.text = text.get<std::string>();
  if (fields_.rationale) {
    const bool named = !fields_.rationale->empty();
    const std::string field = named ? *fields_.rationale : "rationale";
    if (named || json.contains(field)) {
      placed.rationale = rationale_of(text_of(field), field, input.text);
    }
  }
  const bool optional = fields_.pair.empty();
  const std::string pair_name = optional ? "text_pair" : fields_.pair;
  if (optional && !json.contains(pair_name)) return placed;
  const Json& pair = text_of(pair_name);
  if (pair.is_null()) return placed;
  if (!pair.is_string()) {
    throw UsageError("field \"" + pair_name + "\" must be a string, found " + pair.type_name());
  }
  input.text_pair = pair.get<std::string>();
  return placed;
}

}  // namespace integrad::cli
