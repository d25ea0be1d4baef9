#include "integrad/text/unicode_form.h"

#include <algorithm>
#include <optional>

#include "integrad/text/unicode.h"

namespace integrad {
namespace {

struct DecomposedCharacter {
  char32_t code = 0;
  std::uint8_t combining_class = 0;
  bool inserted = false;  // not the first character of a decomposition
};

void sort_marks(std::vector<DecomposedCharacter>& characters, std::size_t from) {
  if (characters.size() - from < 2) return;
  std::stable_sort(characters.begin() + static_cast<std::ptrdiff_t>(from), characters.end(),
                   [](const DecomposedCharacter& a, const DecomposedCharacter& b) {
                     return a.combining_class < b.combining_class;
                   });
}

std::vector<DecomposedCharacter> decompose(NormalizedSpan text, bool compatibility) {
  std::vector<DecomposedCharacter> decomposed;
  decomposed.reserve(text.size() + text.size() / 4);
  std::size_t run_start = 0;
  const auto push = [&](char32_t code, bool inserted) {
    const std::uint8_t value = combining_class(code);
    if (value == 0) {
      sort_marks(decomposed, run_start);
      run_start = decomposed.size();
    }
    decomposed.push_back({code, value, inserted});
  };
  for (const NormalizedCharacter& character : text) {
    if (compatibility) {
      const std::u32string codes = compatibility_decomposition(character.code);
      for (std::size_t k = 0; k < codes.size(); ++k) push(codes[k], k > 0);
      if (!codes.empty()) continue;
    }
    const CharacterSequence sequence = canonical_decomposition(character.code);
    for (int k = 0; k < sequence.size; ++k) {
      push(sequence.codes[static_cast<std::size_t>(k)], k > 0);
    }
  }
  sort_marks(decomposed, run_start);
  return decomposed;
}

// Composes as Rust's unicode-normalization does: a mark is tried with the last starter unless a
// mark of the same or a higher class stands between them.
std::vector<CharacterChange> compose(std::span<const DecomposedCharacter> decomposed) {
  std::vector<CharacterChange> result;
  result.reserve(decomposed.size());
  std::optional<CharacterChange> starter;
  std::vector<CharacterChange> marks;  // behind the starter
  std::optional<std::uint8_t> last_class;
  const auto flush = [&] {
    if (starter) result.push_back(*starter);
    result.insert(result.end(), marks.begin(), marks.end());
    marks.clear();
    last_class.reset();
  };
  for (const DecomposedCharacter& next : decomposed) {
    const CharacterChange change{next.code, next.inserted ? 1 : 0};
    if (!starter) {
      if (next.combining_class != 0) {
        result.push_back(change);
      } else {
        starter = change;
      }
      continue;
    }
    const bool blocked = last_class && *last_class >= next.combining_class;
    const char32_t composed = blocked ? 0 : composition(starter->code, next.code);
    if (composed != 0) {
      *starter = {composed, starter->change + change.change - 1};
    } else if (next.combining_class == 0) {
      flush();
      starter = change;
    } else {
      marks.push_back(change);
      last_class = next.combining_class;
    }
  }
  flush();
  return result;
}

}  // namespace

void to_form(UnicodeForm form, NormalizedText& text) {
  const bool compatibility = form == UnicodeForm::nfkd || form == UnicodeForm::nfkc;
  const bool composes = form == UnicodeForm::nfc || form == UnicodeForm::nfkc;
  // Below these codes nothing decomposes, or everything that does is composed again.
  const char32_t plain = compatibility ? 0xA0 : composes ? 0x300 : 0xC0;
  if (std::ranges::all_of(text, [plain](const auto& c) { return c.code < plain; })) return;
  const std::vector<DecomposedCharacter> decomposed = decompose(text, compatibility);
  std::vector<CharacterChange> changes;
  if (composes) {
    changes = compose(decomposed);
  } else {
    changes.reserve(decomposed.size());
    for (const DecomposedCharacter& next : decomposed) {
      changes.push_back({next.code, next.inserted ? 1 : 0});
    }
  }
  transform(changes, text);
}

}  // namespace integrad
