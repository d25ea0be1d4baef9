// Every activation and its derivative as plain formulas on any scalar (float, double, Dual).
#pragma once

#include <cmath>
#include <numbers>

#include "integrad/compute/activation.h"
#include "integrad/compute/reference/dual.h"

namespace integrad::reference {

/// f(x) and f'(x).
template <class T>
struct ValueAndDerivative {
  T value;
  T derivative;
};

template <class T>
T sigmoid(const T& x) {
  using std::exp;
  if (x < T(0)) return exp(x) / (T(1) + exp(x));
  return T(1) / (T(1) + exp(-x));
}

/// x Φ(x); (x Φ(x))' = Φ(x) + x φ(x) with φ the normal density.
template <class T>
ValueAndDerivative<T> gelu(const T& x) {
  using std::erf;
  using std::exp;
  const T cumulative = T(0.5) * (T(1) + erf(x * T(1 / std::numbers::sqrt2)));
  const T density = exp(T(-0.5) * x * x) * T(std::numbers::inv_sqrtpi / std::numbers::sqrt2);
  return {x * cumulative, cumulative + x * density};
}

/// ½ x (1 + tanh u), u = √(2/π) (x + 0.044715 x³).
template <class T>
ValueAndDerivative<T> gelu_tanh(const T& x) {
  using std::tanh;
  const T factor(std::numbers::sqrt2 * std::numbers::inv_sqrtpi);
  const T t = tanh(factor * (x + T(0.044715) * x * x * x));
  const T d_u = factor * (T(1) + T(3 * 0.044715) * x * x);
  return {T(0.5) * x * (T(1) + t), T(0.5) * (T(1) + t) + T(0.5) * x * (T(1) - t * t) * d_u};
}

/// x σ(k x).
template <class T>
ValueAndDerivative<T> swish(const T& x, double k) {
  const T s = sigmoid(T(k) * x);
  return {x * s, s + x * T(k) * s * (T(1) - s)};
}

/// x tanh(s), s = log(1 + eˣ), s' = σ(x).
template <class T>
ValueAndDerivative<T> mish(const T& x) {
  using std::exp;
  using std::log1p;
  using std::tanh;
  const T softplus = x > T(20) ? x + log1p(exp(-x)) : log1p(exp(x));
  const T t = tanh(softplus);
  return {x * t, t + x * (T(1) - t * t) * sigmoid(x)};
}

template <class T>
ValueAndDerivative<T> activate(Activation activation, const T& x) {
  using std::tanh;
  switch (activation) {
    case Activation::gelu:
      return gelu(x);
    case Activation::gelu_tanh:
      return gelu_tanh(x);
    case Activation::quick_gelu:
      return swish(x, 1.702);
    case Activation::gelu_10: {
      const auto g = gelu(x);
      if (g.value > T(10)) return {T(10), T(0)};  // gelu never falls below −0.17
      return g;
    }
    case Activation::relu:
      return x > T(0) ? ValueAndDerivative<T>{x, T(1)} : ValueAndDerivative<T>{T(0), T(0)};
    case Activation::silu:
      return swish(x, 1.0);
    case Activation::mish:
      return mish(x);
    case Activation::tanh: {
      const T t = tanh(x);
      return {t, T(1) - t * t};
    }
    case Activation::sigmoid: {
      const T s = sigmoid(x);
      return {s, s * (T(1) - s)};
    }
    case Activation::linear:
      break;
  }
  return {x, T(1)};
}

}  // namespace integrad::reference
