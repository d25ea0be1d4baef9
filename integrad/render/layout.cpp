#include "integrad/render/layout.h"

#include <algorithm>
#include <cmath>

#include "integrad/render/colour.h"

namespace integrad {
namespace {

// A token or span, whichever is shown.
struct Item {
  Index start = 0, end = 0;
  int segment = 0;
  bool special = false;
  Index first_token = 0, last_token = 0;
  double attribution = 0;
};

std::vector<Item> items_of(const Explanation& explanation, Granularity granularity) {
  std::vector<Item> items;
  if (granularity == Granularity::token) {
    Index number = 0;
    for (const TokenAttribution& token : explanation.tokens) {
      items.push_back({token.start, token.end, token.segment, token.special, number, number + 1,
                       token.attribution});
      ++number;
    }
    return items;
  }
  const auto& spans = granularity == Granularity::word ? explanation.words : explanation.sentences;
  for (const SpanAttribution& span : spans) {
    items.push_back({span.start, span.end, span.segment, span.special, span.first_token,
                     span.last_token, span.attribution});
  }
  return items;
}

bool continues_character(std::string_view text, Index position) {
  return position > 0 && position < static_cast<Index>(text.size()) &&
         (static_cast<unsigned char>(text[position]) & 0xc0) == 0x80;
}

// The runs of one text while they are being cut.
class TextRuns {
 public:
  TextRuns(std::string_view text, const Explanation& explanation)
      : text_(text), explanation_(explanation) {}

  void add(const Item& item) {
    const auto size = static_cast<Index>(text_.size());
    Index start = std::clamp<Index>(item.start, 0, size);
    Index end = std::clamp<Index>(item.end, 0, size);
    while (continues_character(text_, start)) --start;
    while (continues_character(text_, end)) ++end;
    if (item.special || start >= end) {
      add_chip(item);
    } else if (start < shown_ && last_scored_ >= 0) {
      widen_last(item, end);
    } else {
      add_plain(start, Run::Kind::plain);
      append(Run::Kind::scored, end, item);
      last_scored_ = static_cast<Index>(runs_.size()) - 1;
    }
  }

  std::vector<Run> finish() {
    const std::string_view rest = text_.substr(static_cast<std::size_t>(shown_));
    const bool cut = explanation_.truncated_tokens > 0 &&
                     rest.find_first_not_of(" \t\r\n") != std::string_view::npos;
    add_plain(static_cast<Index>(text_.size()), cut ? Run::Kind::unseen : Run::Kind::plain);
    return std::move(runs_);
  }

 private:
  std::string_view bytes(Index start, Index end) const {
    return text_.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start));
  }

  void append(Run::Kind kind, Index end, const Item& item) {
    runs_.push_back(
        {kind, bytes(shown_, end), item.attribution, item.first_token, item.last_token, 0});
    shown_ = end;
  }

  void add_plain(Index end, Run::Kind kind) {
    if (end <= shown_) return;
    runs_.push_back({kind, bytes(shown_, end), 0, 0, 0, 0});
    shown_ = end;
  }

  void add_chip(const Item& item) {
    if (item.attribution == 0) return;
    const auto tokens = static_cast<Index>(explanation_.tokens.size());
    const bool known = item.first_token >= 0 && item.first_token < tokens;
    const std::string_view name =
        known ? std::string_view(explanation_.tokens[item.first_token].token) : "?";
    runs_.push_back(
        {Run::Kind::chip, name, item.attribution, item.first_token, item.last_token, 0});
  }

  // Chips may follow the run that is widened: then the new characters become a run of their own.
  void widen_last(const Item& item, Index end) {
    Run& last = runs_[last_scored_];
    last.attribution += item.attribution;
    last.first_token = std::min(last.first_token, item.first_token);
    last.last_token = std::max(last.last_token, item.last_token);
    if (end <= shown_) return;
    if (last_scored_ + 1 == static_cast<Index>(runs_.size())) {
      last.text = bytes(shown_ - static_cast<Index>(last.text.size()), end);
      shown_ = end;
    } else {
      add_plain(end, Run::Kind::plain);
    }
  }

  std::string_view text_;
  const Explanation& explanation_;
  std::vector<Run> runs_;
  Index shown_ = 0;         // bytes of the text that are in runs_
  Index last_scored_ = -1;  // index in runs_
};

}  // namespace

std::vector<std::vector<Run>> lay_out(const Explanation& explanation, Granularity granularity) {
  std::vector<TextRuns> texts;
  texts.emplace_back(explanation.text, explanation);
  if (explanation.text_pair) texts.emplace_back(*explanation.text_pair, explanation);
  std::size_t current = 0;  // special tokens stand where they come, whatever segment they say
  for (const Item& item : items_of(explanation, granularity)) {
    if (!item.special) current = item.segment == 1 ? texts.size() - 1 : 0;
    texts[current].add(item);
  }
  const double scale = attribution_scale(explanation, granularity);
  std::vector<std::vector<Run>> runs;
  for (TextRuns& text : texts) {
    for (Run& run : runs.emplace_back(text.finish())) {
      run.level =
          static_cast<int>(std::lround(colour_strength(run.attribution, scale) * colour_levels));
    }
  }
  return runs;
}

std::optional<double> error_of(const Explanation& explanation, const Run& run) {
  std::optional<double> sum;
  const auto last = std::min(run.last_token, static_cast<Index>(explanation.tokens.size()));
  for (Index token = std::max<Index>(run.first_token, 0); token < last; ++token) {
    const auto& error = explanation.tokens[static_cast<std::size_t>(token)].error;
    if (error) sum = sum.value_or(0) + *error;
  }
  return sum;
}

std::optional<std::pair<double, double>> range_of(const Explanation& explanation, const Run& run) {
  std::optional<std::pair<double, double>> range;
  for (const BaselineScores& scores : explanation.baselines) {
    const auto last = std::min(run.last_token, static_cast<Index>(scores.attributions.size()));
    double sum = 0;
    for (Index token = std::max<Index>(run.first_token, 0); token < last; ++token) {
      sum += scores.attributions[static_cast<std::size_t>(token)];
    }
    if (!range) range = {sum, sum};
    range = {std::min(range->first, sum), std::max(range->second, sum)};
  }
  return range;
}

std::string pieces_of(const Explanation& explanation, const Run& run) {
  std::string pieces;
  const auto last = std::min(run.last_token, static_cast<Index>(explanation.tokens.size()));
  for (Index token = std::max<Index>(run.first_token, 0); token < last; ++token) {
    if (!pieces.empty()) pieces += ' ';
    pieces += explanation.tokens[token].token;
  }
  return pieces;
}

std::vector<Run> strongest_runs(const std::vector<std::vector<Run>>& texts, std::size_t count) {
  std::vector<Run> strongest;
  for (const auto& runs : texts) {
    std::copy_if(runs.begin(), runs.end(), std::back_inserter(strongest),
                 [](const Run& run) { return std::abs(run.attribution) > 0; });
  }
  std::stable_sort(strongest.begin(), strongest.end(), [](const Run& a, const Run& b) {
    return std::abs(a.attribution) > std::abs(b.attribution);
  });
  strongest.resize(std::min(strongest.size(), count));
  return strongest;
}

}  // namespace integrad
