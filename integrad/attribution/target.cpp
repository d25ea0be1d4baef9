#include "integrad/attribution/target.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

#include "integrad/base/error.h"

namespace integrad {
namespace {

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::optional<Index> number(std::string_view name) {
  Index value = 0;
  const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), value);
  if (fault != std::errc{} || end != name.data() + name.size()) return {};
  return value;
}

}  // namespace

Index largest(std::span<const double> values) {
  return std::max_element(values.begin(), values.end()) - values.begin();
}

std::vector<Index> labels_above(double threshold, std::span<const double> logits) {
  const double least = std::log(threshold / (1 - threshold));
  const auto logit = [&](Index c) { return logits[static_cast<std::size_t>(c)]; };
  std::vector<Index> labels;
  for (Index c = 0; c < static_cast<Index>(logits.size()); ++c) {
    if (logit(c) >= least) labels.push_back(c);
  }
  std::stable_sort(labels.begin(), labels.end(),
                   [&](Index a, Index b) { return logit(a) > logit(b); });
  return labels;
}

Target Target::parse(std::string_view name, std::span<const std::string> labels,
                     std::optional<double> threshold) {
  Target target;
  target.threshold_ = threshold;
  const auto classes = static_cast<Index>(labels.size());
  const auto one = [&](Index c) {
    target.kind_ = Kind::one;
    target.class_ = c;
    return target;
  };
  for (Index c = 0; c < classes; ++c) {
    if (labels[static_cast<std::size_t>(c)] == name) return one(c);
  }
  if (name == "predicted") return target;
  if (name == "all") {
    target.kind_ = Kind::all;
    return target;
  }
  for (Index c = 0; c < classes; ++c) {
    if (equal_ignoring_case(labels[static_cast<std::size_t>(c)], name)) return one(c);
  }
  if (const auto c = number(name); c && *c >= 0 && *c < classes) return one(*c);
  std::string known;
  for (const std::string& label : labels) known += ", " + label;
  throw UsageError("unknown target \"" + std::string(name) +
                   "\"; choose predicted, all, a number " + "from 0 to " +
                   std::to_string(classes - 1) + ", or a label" +
                   (known.empty() ? "" : ":" + known.substr(1)));
}

std::vector<Index> Target::classes(std::span<const double> logits) const {
  switch (kind_) {
    case Kind::predicted: {
      std::vector<Index> above;
      if (threshold_) above = labels_above(*threshold_, logits);
      return above.empty() ? std::vector<Index>{largest(logits)} : above;
    }
    case Kind::one:
      return {class_};
    case Kind::all:
      break;
  }
  std::vector<Index> all(logits.size());
  std::iota(all.begin(), all.end(), Index{0});
  return all;
}

}  // namespace integrad
