#include "integrad/render/colour.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "integrad/base/error.h"
#include "tests/render/example.h"

namespace integrad {
namespace {

// matplotlib 3.8: round(255 * cm.get_cmap("PiYG")(x)) at the anchors.
TEST(Colour, PiygHasMatplotlibsAnchors) {
  EXPECT_EQ(colour_at(Palette::piyg, -1), (Rgb{142, 1, 82}));
  EXPECT_EQ(colour_at(Palette::piyg, -0.6), (Rgb{222, 119, 174}));
  EXPECT_EQ(colour_at(Palette::piyg, 0), (Rgb{247, 247, 247}));
  EXPECT_EQ(colour_at(Palette::piyg, 0.6), (Rgb{127, 188, 65}));
  EXPECT_EQ(colour_at(Palette::piyg, 1), (Rgb{39, 100, 25}));
}

TEST(Colour, IsLinearBetweenAnchors) {
  // Half way from 0x4d9221 to 0x276419.
  EXPECT_EQ(colour_at(Palette::piyg, 0.9), (Rgb{58, 123, 29}));
}

TEST(Colour, IsClampedAndNeutralForNoNumber) {
  EXPECT_EQ(colour_at(Palette::piyg, 7), colour_at(Palette::piyg, 1));
  EXPECT_EQ(colour_at(Palette::piyg, -7), colour_at(Palette::piyg, -1));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(colour_at(Palette::piyg, nan), colour_at(Palette::piyg, 0));
}

TEST(Colour, StrengthIsSymmetricAndSafeAtZeroScale) {
  EXPECT_EQ(colour_strength(0.5, 2), 0.25);
  EXPECT_EQ(colour_strength(-3, 2), -1);
  EXPECT_EQ(colour_strength(0.5, 0), 0);
  EXPECT_EQ(colour_strength(std::numeric_limits<double>::infinity(), 1), 0);
}

TEST(Colour, ScaleIsTheLargestMagnitudeOfWhatIsShown) {
  Explanation e;
  e.tokens = {{.token = "a", .word = {}, .attribution = 0.25},
              {.token = "b", .word = {}, .attribution = -0.75}};
  e.words = {{.text = "ab", .attribution = -0.5}};
  EXPECT_EQ(attribution_scale(e, Granularity::token), 0.75);
  EXPECT_EQ(attribution_scale(e, Granularity::word), 0.5);
  EXPECT_EQ(attribution_scale(e, Granularity::sentence), 0);
}

TEST(Colour, ContrastOfBlackAndWhiteIs21) {
  EXPECT_DOUBLE_EQ(contrast_ratio({0, 0, 0}, {255, 255, 255}), 21);
  EXPECT_NEAR(contrast_ratio({0x77, 0x77, 0x77}, {255, 255, 255}), 4.478, 5e-4);  // WCAG examples
}

TEST(Colour, TextIsReadableOnEveryColour) {
  for (const Palette palette : {Palette::piyg, Palette::orange_blue}) {
    for (const Surface surface : {Surface::light, Surface::dark}) {
      for (int step = -200; step <= 200; ++step) {
        const Rgb colour = colour_at(palette, step / 200.0, surface);
        EXPECT_GE(contrast_ratio(colour, text_colour_on(colour)), 4.5) << step;
        const Rgb coarse = ansi256_colour(nearest_ansi256(colour));
        EXPECT_GE(contrast_ratio(coarse, text_colour_on(coarse)), 4.5) << step;
      }
    }
  }
}

using Vector = std::array<double, 3>;

double linear_channel(double c) {
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

// CIE L*a*b* (D65) of a colour as somebody sees it whose vision `matrix` simulates.
Vector seen_lab(Rgb colour, const std::array<Vector, 3>& matrix) {
  const Vector rgb = {linear_channel(colour.red / 255.0), linear_channel(colour.green / 255.0),
                      linear_channel(colour.blue / 255.0)};
  Vector seen{};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) seen[i] += matrix[i][j] * rgb[j];
    seen[i] = std::min(1.0, std::max(0.0, seen[i]));
  }
  const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
  const double x = f((0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.95047);
  const double y = f(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]);
  const double z = f((0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

// Machado, Oliveira, Fernandes 2009, severity 1: protanopia, deuteranopia, tritanopia.
constexpr std::array<std::array<Vector, 3>, 3> colour_blindness = {
    {{{{0.152286, 1.052583, -0.204868},
       {0.114503, 0.786281, 0.099216},
       {-0.003882, -0.048116, 1.051998}}},
     {{{0.367322, 0.860646, -0.227968},
       {0.280085, 0.672501, 0.047413},
       {-0.011820, 0.042940, 0.968881}}},
     {{{1.255528, -0.076749, -0.178779},
       {-0.078411, 0.930809, 0.147602},
       {0.004733, 0.691367, 0.303900}}}}};

TEST(Colour, OrangeAndBlueDifferForTheColourBlind) {
  for (const auto& matrix : colour_blindness) {
    for (const Surface surface : {Surface::light, Surface::dark}) {
      for (int step = 3; step <= 10; ++step) {
        const Vector against =
            seen_lab(colour_at(Palette::orange_blue, -step / 10.0, surface), matrix);
        const Vector with = seen_lab(colour_at(Palette::orange_blue, step / 10.0, surface), matrix);
        const double distance =
            std::hypot(against[0] - with[0], against[1] - with[1], against[2] - with[2]);
        EXPECT_GT(distance, 15) << step;  // 2.3 is a just noticeable difference
      }
    }
  }
}

TEST(Colour, NearestAnsiColourOfATableColourIsItself) {
  for (int number = 16; number < 256; ++number) {
    const Rgb colour = ansi256_colour(number);
    EXPECT_EQ(ansi256_colour(nearest_ansi256(colour)), colour) << number;
  }
}

TEST(Colour, PaletteNames) {
  EXPECT_EQ(parse_palette("piyg"), Palette::piyg);
  EXPECT_EQ(parse_palette("orange_blue"), Palette::orange_blue);
  EXPECT_THROW(parse_palette("PiYG "), UsageError);
}

}  // namespace
}  // namespace integrad
