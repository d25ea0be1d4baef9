// Diverging colour maps for signed attributions: one hue against the explained class, one for it,
// a neutral middle. Knows nothing of terminals or pages.
#pragma once

#include <cstdint>
#include <string_view>

#include "integrad/attribution/explanation.h"
#include "integrad/attribution/spans.h"

namespace integrad {

/// An sRGB colour, 0 to 255 a channel.
struct Rgb {
  std::uint8_t red = 0, green = 0, blue = 0;
  bool operator==(const Rgb&) const = default;
};

/// Which pair of hues.
enum class Palette {
  piyg,         ///< ColorBrewer's PiYG as in matplotlib: pink against, green for
  orange_blue,  ///< ColorBrewer's oranges and blues: told apart with every common colour blindness
};

/// What the colours are shown on: the middle of the map is close to it.
enum class Surface { light, dark };

/// The enumerator of "piyg" or "orange_blue"; UsageError otherwise.
Palette parse_palette(std::string_view name);

/// Colour of `strength` in [-1, 1] (clamped; 0 and NaN are the neutral middle): linear between the
/// anchors of the palette. On a light surface these are the eleven anchors of ColorBrewer.
Rgb colour_at(Palette palette, double strength, Surface surface = Surface::light);

/// The symmetric range of the colours: max |attribution| over the tokens, words or sentences of
/// the explanation, special tokens included; 0 when all are 0.
double attribution_scale(const Explanation& explanation, Granularity granularity);

/// `attribution` / `scale` clamped to [-1, 1]; 0 when the scale is 0 or either is not finite.
double colour_strength(double attribution, double scale);

/// Contrast of two colours, 1 to 21, by WCAG 2.1 (relative luminance).
double contrast_ratio(Rgb a, Rgb b);

/// Black or white, whichever has more contrast on `background` (always at least 4.5).
Rgb text_colour_on(Rgb background);

/// Number of the colour of the xterm 256-colour table (16 to 255) next to `colour`.
int nearest_ansi256(Rgb colour);

/// Colour of number 16 to 255 of the xterm table.
Rgb ansi256_colour(int number);

}  // namespace integrad
