// Tokens and scores as comma-separated values, quoted by RFC 4180, lines ended by a line feed.
#pragma once

#include <string>

#include "integrad/attribution/explanation.h"

namespace integrad {

/// The names of the columns:
/// explanation,token_index,token,id,start,end,word,segment,special,target,attribution,error,
/// converged,lowest,highest (the last four are empty where there is no such thing)
std::string csv_header();

/// One line a token. `number` counts the explanations of a file from 0; `word` is empty for special
/// tokens; attributions are written in the shortest form that reads back as the same number.
/// NumericalError when an attribution is not finite.
std::string csv_rows(const Explanation& explanation, Index number);

/// Header and rows of all explanations.
std::string render_csv(const ExplanationDocument& document);

}  // namespace integrad
