// Dual numbers a + b·ε with ε² = 0: running a function on them gives its directional derivative,
// exact to rounding. The oracle for every hand-written derivative.
#pragma once

#include <cmath>
#include <numbers>

namespace integrad {

struct Dual {
  double value = 0;
  double tangent = 0;

  Dual() = default;
  Dual(double v) : value(v) {}  // NOLINT(google-explicit-constructor): constants are dual numbers
  Dual(double v, double t) : value(v), tangent(t) {}

  Dual& operator+=(const Dual& o) { return *this = {value + o.value, tangent + o.tangent}; }
  Dual& operator-=(const Dual& o) { return *this = {value - o.value, tangent - o.tangent}; }
  Dual& operator*=(const Dual& o) {
    return *this = {value * o.value, tangent * o.value + value * o.tangent};
  }
  Dual& operator/=(const Dual& o) {
    const double quotient = value / o.value;
    return *this = {quotient, (tangent - quotient * o.tangent) / o.value};
  }
  friend Dual operator+(Dual a, const Dual& b) { return a += b; }
  friend Dual operator-(Dual a, const Dual& b) { return a -= b; }
  friend Dual operator*(Dual a, const Dual& b) { return a *= b; }
  friend Dual operator/(Dual a, const Dual& b) { return a /= b; }
  friend Dual operator-(const Dual& a) { return {-a.value, -a.tangent}; }
  friend bool operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  friend bool operator>(const Dual& a, const Dual& b) { return a.value > b.value; }
  friend bool operator==(const Dual&, const Dual&) = default;
};

inline Dual exp(const Dual& x) { return {std::exp(x.value), x.tangent * std::exp(x.value)}; }
inline Dual log(const Dual& x) { return {std::log(x.value), x.tangent / x.value}; }
inline Dual log1p(const Dual& x) { return {std::log1p(x.value), x.tangent / (1 + x.value)}; }
inline Dual sqrt(const Dual& x) {
  return {std::sqrt(x.value), x.tangent / (2 * std::sqrt(x.value))};
}
inline Dual tanh(const Dual& x) {
  const double t = std::tanh(x.value);
  return {t, x.tangent * (1 - t * t)};
}
inline Dual erf(const Dual& x) {
  constexpr double two_over_root_pi = 2 * std::numbers::inv_sqrtpi;
  return {std::erf(x.value), x.tangent * two_over_root_pi * std::exp(-x.value * x.value)};
}

}  // namespace integrad
