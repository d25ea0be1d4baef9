#include "integrad/render/colour.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string>

#include "integrad/base/error.h"

namespace integrad {
namespace {

using Anchors = std::array<std::uint32_t, 11>;

// ColorBrewer 2.0 (Cynthia Brewer), 11 classes; the first is "against".
constexpr Anchors piyg_light = {0x8e0152, 0xc51b7d, 0xde77ae, 0xf1b6da, 0xfde0ef, 0xf7f7f7,
                                0xe6f5d0, 0xb8e186, 0x7fbc41, 0x4d9221, 0x276419};
// The orange half of PuOr and the blue half of RdBu.
constexpr Anchors orange_blue_light = {0x7f3b08, 0xb35806, 0xe08214, 0xfdb863, 0xfee0b6, 0xf7f7f7,
                                       0xd1e5f0, 0x92c5de, 0x4393c3, 0x2166ac, 0x053061};
// The same hues on a dark surface: strong is bright, neutral is nearly the surface.
constexpr Anchors piyg_dark = {0xff8cc6, 0xe765aa, 0xc04a8a, 0x8f3a68, 0x5a2b45, 0x26282d,
                               0x2f4320, 0x48692a, 0x669335, 0x86bd47, 0xaee571};
constexpr Anchors orange_blue_dark = {0xffbd6b, 0xf09a3a, 0xcb7a1f, 0x945a1b, 0x583a1b, 0x26282d,
                                      0x1e3d57, 0x245d8a, 0x3580ba, 0x5aa5df, 0x93cbf7};

const Anchors& anchors_of(Palette palette, Surface surface) {
  if (palette == Palette::orange_blue) {
    return surface == Surface::light ? orange_blue_light : orange_blue_dark;
  }
  return surface == Surface::light ? piyg_light : piyg_dark;
}

std::uint8_t mix(std::uint32_t from, std::uint32_t to, int shift, double share) {
  const double low = (from >> shift) & 0xffU;
  const double high = (to >> shift) & 0xffU;
  return static_cast<std::uint8_t>(std::lround(low + share * (high - low)));
}

// sRGB to linear light, WCAG 2.1.
double linear(std::uint8_t channel) {
  const double c = channel / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(Rgb colour) {
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

constexpr std::array<int, 6> cube_levels = {0, 95, 135, 175, 215, 255};

int nearest_cube_level(int channel) {
  int best = 0;
  for (int i = 1; i < 6; ++i) {
    if (std::abs(cube_levels[i] - channel) < std::abs(cube_levels[best] - channel)) best = i;
  }
  return best;
}

int squared_distance(Rgb a, Rgb b) {
  const int red = a.red - b.red, green = a.green - b.green, blue = a.blue - b.blue;
  return red * red + green * green + blue * blue;
}

template <class Item>
double largest(const std::vector<Item>& items) {
  double scale = 0;
  for (const Item& item : items) scale = std::max(scale, std::abs(item.attribution));
  return scale;
}

}  // namespace

Palette parse_palette(std::string_view name) {
  if (name == "piyg") return Palette::piyg;
  if (name == "orange_blue") return Palette::orange_blue;
  throw UsageError("unknown palette \"" + std::string(name) + "\": use piyg or orange_blue");
}

Rgb colour_at(Palette palette, double strength, Surface surface) {
  if (std::isnan(strength)) strength = 0;
  const Anchors& anchors = anchors_of(palette, surface);
  const double position = (std::clamp(strength, -1.0, 1.0) + 1) / 2 * (anchors.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(position), anchors.size() - 2);
  const double share = position - static_cast<double>(below);
  const std::uint32_t from = anchors[below], to = anchors[below + 1];
  return {mix(from, to, 16, share), mix(from, to, 8, share), mix(from, to, 0, share)};
}

double attribution_scale(const Explanation& explanation, Granularity granularity) {
  switch (granularity) {
    case Granularity::token:
      return largest(explanation.tokens);
    case Granularity::word:
      return largest(explanation.words);
    case Granularity::sentence:
      return largest(explanation.sentences);
  }
  return 0;
}

double colour_strength(double attribution, double scale) {
  if (!std::isfinite(attribution) || !std::isfinite(scale) || scale <= 0) return 0;
  return std::clamp(attribution / scale, -1.0, 1.0);
}

double contrast_ratio(Rgb a, Rgb b) {
  const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
  return (lighter + 0.05) / (darker + 0.05);
}

Rgb text_colour_on(Rgb background) {
  const Rgb black{0, 0, 0}, white{255, 255, 255};
  return contrast_ratio(background, black) >= contrast_ratio(background, white) ? black : white;
}

Rgb ansi256_colour(int number) {
  if (number >= 232) {  // 24 greys
    const auto grey = static_cast<std::uint8_t>(8 + 10 * (std::min(number, 255) - 232));
    return {grey, grey, grey};
  }
  const int cube = std::max(number, 16) - 16;
  return {static_cast<std::uint8_t>(cube_levels[cube / 36]),
          static_cast<std::uint8_t>(cube_levels[cube / 6 % 6]),
          static_cast<std::uint8_t>(cube_levels[cube % 6])};
}

int nearest_ansi256(Rgb colour) {
  const int cube = 16 + 36 * nearest_cube_level(colour.red) + 6 * nearest_cube_level(colour.green) +
                   nearest_cube_level(colour.blue);
  const int mean = (colour.red + colour.green + colour.blue) / 3;
  const int grey = 232 + std::clamp((mean - 8 + 5) / 10, 0, 23);
  return squared_distance(ansi256_colour(grey), colour) <
                 squared_distance(ansi256_colour(cube), colour)
             ? grey
             : cube;
}

}  // namespace integrad
