// Seeded random matrices for tests.
#pragma once

#include <cmath>
#include <random>

#include "integrad/base/matrix.h"

namespace integrad::testing {

/// Normal numbers with the given deviation.
template <class T>
Matrix<T> random_matrix(Index rows, Index columns, unsigned seed, double deviation = 1.0) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal(0.0, deviation);
  Matrix<T> matrix(rows, columns);
  for (Index i = 0; i < rows * columns; ++i) matrix.data()[i] = T(normal(generator));
  return matrix;
}

template <class To, class From>
Matrix<To> convert(const Matrix<From>& from) {
  Matrix<To> to(from.rows(), from.columns());
  for (Index i = 0; i < from.rows() * from.columns(); ++i) to.data()[i] = To(from.data()[i]);
  return to;
}

/// Σ a ∘ b in double.
template <class A, class B>
double inner_product(const A& a, const B& b) {
  double sum = 0;
  for (Index r = 0; r < a.rows(); ++r) {
    for (Index c = 0; c < a.columns(); ++c) {
      sum += static_cast<double>(a(r, c)) * static_cast<double>(b(r, c));
    }
  }
  return sum;
}

/// max |a − b| / max |b|.
template <class A, class B>
double relative_difference(const A& a, const B& b) {
  double difference = 0, largest = 1e-300;
  for (Index r = 0; r < a.rows(); ++r) {
    for (Index c = 0; c < a.columns(); ++c) {
      const auto x = static_cast<double>(a(r, c)), y = static_cast<double>(b(r, c));
      difference = std::max(difference, std::abs(x - y));
      largest = std::max(largest, std::abs(y));
    }
  }
  return difference / largest;
}

}  // namespace integrad::testing
