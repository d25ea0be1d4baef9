// The normalization forms of Unicode, with the alignment that Hugging Face's tokenizers give them.
#pragma once

#include "integrad/text/normalized_text.h"

namespace integrad {

enum class UnicodeForm { nfd, nfkd, nfc, nfkc };

/// Brings `text` into a form of Unicode 9. The alignment goes by position: a run of marks that
/// changes its order keeps the order of its bytes, as in the reference.
void to_form(UnicodeForm form, NormalizedText& text);

}  // namespace integrad
