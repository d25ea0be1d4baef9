// The commands. Each takes what follows its name and returns the exit code. Throws
// integrad::Error for what the user can put right.
#pragma once

#include <span>
#include <string>

namespace integrad::cli {

using Arguments = std::span<const std::string>;

int explain(Arguments arguments);
int predict(Arguments arguments);
int tokenize(Arguments arguments);
int inspect(Arguments arguments);
int verify(Arguments arguments);

}  // namespace integrad::cli
