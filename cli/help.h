// What --help prints: written by hand, so that each fits a screen of 80 columns.
#pragma once

#include <string_view>

namespace integrad::cli {

extern const std::string_view program_help;
extern const std::string_view explain_help;
extern const std::string_view predict_help;
extern const std::string_view tokenize_help;
extern const std::string_view inspect_help;
extern const std::string_view verify_help;
extern const std::string_view convert_help;
extern const std::string_view prune_vocabulary_help;
extern const std::string_view train_help;
extern const std::string_view evaluate_help;
extern const std::string_view evaluate_explanations_help;
extern const std::string_view compare_help;
extern const std::string_view conductance_help;

}  // namespace integrad::cli
