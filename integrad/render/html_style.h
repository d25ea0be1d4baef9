// The style sheet of the page.
#pragma once

#include <string>

namespace integrad {

/// CSS of the page: layout and typography, the switches (radio inputs #view-…, #theme-…,
/// #palette-… that come before .page) and the colours of all levels: classes p1 … p20 for and
/// n1 … n20 against, for both palettes on light and dark surfaces. Refers to nothing outside.
std::string html_style();

}  // namespace integrad
