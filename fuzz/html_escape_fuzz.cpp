// No text, label or path may bring its own markup into the page, or bytes that are not UTF-8.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "integrad/render/html.h"
#include "integrad/render/html_escape.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::size_t tags(std::string_view page) {
  std::size_t count = 0;
  for (const char c : page) count += c == '<' ? 1 : 0;
  return count;
}

// One token and word over all of `text`.
integrad::Explanation explanation_of(const std::string& text) {
  integrad::Explanation e;
  e.text = e.predicted = e.target = text;
  const auto end = static_cast<integrad::Index>(text.size());
  e.probabilities = {0.25, 0.75};
  e.tokens = {{text, 1, 0, end, 0, 0, false, 1.0}};
  e.words = {{text, 0, end, 0, false, 0, 1, 1.0}};
  e.sentences = e.words;
  return e;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const integrad::Lines lines : {integrad::Lines::keep, integrad::Lines::show}) {
    const std::string escaped = integrad::escape_html(text, lines);
    require(escaped.find_first_of("<>\"'\x1b") == std::string::npos);
    require(integrad::visible_text(escaped, lines) == escaped);
  }
  if (text.empty()) return 0;
  // The same page for harmless text has as many tags.
  const integrad::ModelCard model{text, text, {text, text}, text};
  const integrad::ModelCard harmless{"x", "x", {"x", "x"}, "x"};
  require(tags(integrad::html_card(explanation_of(text), model, 1)) ==
          tags(integrad::html_card(explanation_of("x"), harmless, 1)));
  return 0;
}
