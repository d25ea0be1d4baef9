#include "integrad/render/html_escape.h"

namespace integrad {

std::string escape_html(std::string_view text, Lines lines) {
  std::string out;
  for (const char c : visible_text(text, lines)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace integrad
