// A document for the tests of the renderers: made by hand, no model needed.
#pragma once

#include "integrad/attribution/explanation.h"

namespace integrad::example {

/// Short sentences, a pair, a truncated review with several scripts, and a hostile text, for three
/// classes; special tokens carry scores in some of them.
ExplanationDocument document();

/// "I love you, I like you" for the predicted class: 7 words, [CLS] and [SEP].
Explanation love();

/// Text, labels and pieces that try to leave their place.
Explanation hostile();

}  // namespace integrad::example
