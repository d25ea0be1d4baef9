// The commands. Each takes what follows its name and returns the exit code. Throws
// integrad::Error for what the user can put right.
#pragma once

#include <span>
#include <string>

namespace integrad::cli {

using Arguments = std::span<const std::string>;

int explain(Arguments given);
int predict(Arguments given);
int tokenize(Arguments given);
int inspect(Arguments given);
int verify(Arguments given);
int convert(Arguments given);
int prune_vocabulary(Arguments given);
int train(Arguments given);
int evaluate(Arguments given);
int evaluate_explanations(Arguments given);
int compare(Arguments given);
int conductance(Arguments given);

}  // namespace integrad::cli
