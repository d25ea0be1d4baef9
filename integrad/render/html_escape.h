// Text made safe for any place of an HTML page that this project writes to.
#pragma once

#include <string>
#include <string_view>

#include "integrad/render/visible_text.h"

namespace integrad {

/// `text` for element content and quoted attribute values: & < > " ' become character references
/// and control characters are shown (`visible_text`), so that the text can neither end the element
/// or attribute it stands in nor start another.
std::string escape_html(std::string_view text, Lines lines = Lines::show);

}  // namespace integrad
