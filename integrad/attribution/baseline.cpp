#include "integrad/attribution/baseline.h"

#include <algorithm>
#include <charconv>

#include "integrad/base/error.h"

namespace integrad {
namespace {

constexpr std::string_view text_prefix = "text:";
constexpr std::string_view ids_prefix = "ids:";

std::vector<std::int32_t> parse_ids(std::string_view list) {
  std::vector<std::int32_t> ids;
  const char* at = list.data();
  const char* const end = at + list.size();
  while (true) {
    std::int32_t id = 0;
    const auto [next, fault] = std::from_chars(at, end, id);
    if (fault != std::errc{} || id < 0 || (next != end && *next != ',')) {
      throw UsageError("baseline \"ids:" + std::string(list) +
                       "\": expected token ids separated by commas, such as ids:101,0,0,102");
    }
    ids.push_back(id);
    if (next == end) return ids;
    at = next + 1;
  }
}

std::int32_t required(std::optional<std::int32_t> id, const std::string& name) {
  if (id) return *id;
  throw UsageError("baseline \"" + name + "\": the tokenizer has no such special token; try zero");
}

}  // namespace

bool is_special(std::int32_t id, const SpecialTokens& special) {
  return std::binary_search(special.all.begin(), special.all.end(), id);
}

std::vector<std::string> split_baselines(std::string_view names) {
  std::vector<std::string> baselines;
  for (std::size_t start = 0; start <= names.size();) {
    const std::string_view rest = names.substr(start);
    const bool whole = rest.starts_with("text:") || rest.starts_with("ids:");
    const std::size_t end = whole ? names.size() : std::min(names.find(',', start), names.size());
    const std::string name(names.substr(start, end - start));
    if (std::find(baselines.begin(), baselines.end(), name) != baselines.end()) {
      throw UsageError("the baseline \"" + name + "\" is named twice");
    }
    baselines.push_back(name);
    start = end + 1;
  }
  return baselines;
}

Baseline Baseline::parse(std::string_view name) {
  Baseline baseline;
  baseline.name_ = name;
  if (name == "pad") {
    baseline.kind_ = Kind::pad;
  } else if (name == "mask") {
    baseline.kind_ = Kind::mask;
  } else if (name == "unk") {
    baseline.kind_ = Kind::unk;
  } else if (name == "zero") {
    baseline.kind_ = Kind::zero;
  } else if (name.starts_with(text_prefix)) {
    baseline.kind_ = Kind::text;
  } else if (name.starts_with(ids_prefix)) {
    baseline.kind_ = Kind::ids;
    baseline.ids_ = parse_ids(name.substr(ids_prefix.size()));
  } else {
    throw UsageError("unknown baseline \"" + std::string(name) +
                     "\"; choose pad, mask, unk, zero, text:WORDS or ids:1,2,3");
  }
  return baseline;
}

std::vector<std::int32_t> Baseline::ids(std::span<const std::int32_t> input,
                                        const Tokenizer& tokenizer) const {
  const SpecialTokens& special = tokenizer.special_tokens();
  std::vector<std::int32_t> replacement;  // for the tokens that are not special, from the left
  std::int32_t filler = 0;                // when they are used up
  switch (kind_) {
    case Kind::pad:
      filler = required(special.pad, name_);
      break;
    case Kind::mask:
      filler = required(special.mask, name_);
      break;
    case Kind::unk:
      filler = required(special.unk, name_);
      break;
    case Kind::zero:
      return {input.begin(), input.end()};
    case Kind::ids:
      if (ids_.size() == input.size()) return ids_;
      if (ids_.size() != 1) {
        throw UsageError("baseline ids: expected 1 or " + std::to_string(input.size()) +
                         " ids (one a token of the text), found " + std::to_string(ids_.size()));
      }
      filler = ids_[0];
      break;
    case Kind::text: {
      filler = required(special.pad, "pad");
      const Encoding other = tokenizer.encode(std::string_view(name_).substr(text_prefix.size()));
      for (std::size_t i = 0; i < other.ids.size(); ++i) {
        if (other.special[i] == 0) replacement.push_back(other.ids[i]);
      }
    }
  }
  std::vector<std::int32_t> ids(input.begin(), input.end());
  std::size_t used = 0;
  for (std::int32_t& id : ids) {
    if (is_special(id, special)) continue;
    id = used < replacement.size() ? replacement[used] : filler;
    ++used;
  }
  return ids;
}

}  // namespace integrad
