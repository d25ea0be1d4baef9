#include "cli/utf8_check.h"

#include "integrad/base/error.h"
#include "integrad/text/tokenizer.h"
#include "integrad/text/utf8.h"

namespace integrad::cli {

void make_utf8(std::string& text, bool replace, const std::string& place) {
  const auto position = find_invalid_utf8(text);
  if (!position) return;
  if (!replace) {
    throw UsageError(place + ": not valid UTF-8 at byte " + std::to_string(*position + 1) +
                     "; convert it, or use --replace-invalid");
  }
  text = repair_utf8(text);
}

}  // namespace integrad::cli
