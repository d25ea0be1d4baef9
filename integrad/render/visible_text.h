// Characters that would act on a terminal or a page instead of being shown, made visible.
#pragma once

#include <string>
#include <string_view>

namespace integrad {

/// Whether line feeds and tabs of a text stay what they are.
enum class Lines {
  keep,  ///< they stay; carriage return + line feed becomes a line feed
  show,  ///< they are shown as ␊ and ␉, so that the result is one line
};

/// `text` with its control characters shown instead of obeyed, always valid UTF-8: C0 controls and
/// DEL as control pictures (␛), C1 controls, line separators and bidirectional overrides and
/// isolates as ⟨U+202E⟩, bytes that are not UTF-8 as U+FFFD. All other characters stay.
std::string visible_text(std::string_view text, Lines lines);

/// The first `characters` code points of `text` on one line, with "…" when something was cut.
std::string start_of(std::string_view text, std::size_t characters = 40);

}  // namespace integrad
