// Rotary position embedding: its definition, its derivative, the cpu backend against the reference.
#include <gtest/gtest.h>

#include <cmath>

#include "integrad/compute/reference/reference_backend.h"
#include "tests/support/adjoint.h"

namespace integrad {
namespace {

using testing::adjoint_gap;
using testing::convert;
using testing::random_matrix;
using testing::relative_difference;

Sequences sequences_of(const std::vector<Index>& lengths) {
  Sequences sequences;
  for (const Index length : lengths) sequences.append(length);
  return sequences;
}

/// Turned queries and keys meet at an angle that depends on their distance only.
TEST(Rotary, ScoresDependOnTheDistance) {
  ReferenceBackend<double> backend;
  const Sequences sequences = sequences_of({12});
  Matrix<double> query(12, 6), key(12, 6), turned_query(12, 6), turned_key(12, 6);
  const auto one = random_matrix<double>(2, 6, 1);
  for (Index r = 0; r < 12; ++r) {
    for (Index c = 0; c < 6; ++c) {
      query(r, c) = one(0, c);
      key(r, c) = one(1, c);
    }
  }
  backend.rotate({sequences, 1, 100.0}, query, turned_query);
  backend.rotate({sequences, 1, 100.0}, key, turned_key);
  const auto score = [&](Index i, Index j) {
    double sum = 0;
    for (Index c = 0; c < 6; ++c) sum += turned_query(i, c) * turned_key(j, c);
    return sum;
  };
  for (Index i = 0; i < 8; ++i) EXPECT_NEAR(score(i, i + 4), score(0, 4), 1e-13);
  EXPECT_GT(std::abs(score(0, 5) - score(0, 4)), 1e-3);
}

TEST(Rotary, QuarterTurnOfTheFirstPair) {
  ReferenceBackend<double> backend;
  const Sequences sequences = sequences_of({1, 3});
  Matrix<double> rows(4, 4), turned(4, 4);
  rows.fill(0);
  for (Index r = 0; r < 4; ++r) rows(r, 0) = 1;
  backend.rotate({sequences, 1, 50.0}, rows, turned);
  EXPECT_EQ(turned(0, 0), 1);  // the first row of a sequence stays
  EXPECT_EQ(turned(1, 0), 1);
  EXPECT_DOUBLE_EQ(turned(3, 0), std::cos(2.0));
  EXPECT_DOUBLE_EQ(turned(3, 2), std::sin(2.0));
  EXPECT_EQ(turned(3, 1), 0);
}

TEST(Rotary, Adjoint) {
  ReferenceBackend<double> plain;
  ReferenceBackend<Dual> dual;
  const Sequences sequences = sequences_of({3, 1, 5});
  const Rotation rotation{sequences, 2, 160000.0};
  EXPECT_LT(adjoint_gap(
                random_matrix<double>(9, 12, 1), 9, 12,
                [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) { dual.rotate(rotation, x, y); },
                [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
                  plain.rotate_d_input(rotation, d_y, d_x);
                }),
            1e-12);
}

TEST(Rotary, CpuIsTheReference) {
  ReferenceBackend<double> reference;
  for (const int threads : {1, 3}) {
    const auto cpu = make_backend<float>("cpu", threads);
    // The same base with longer sequences, then another size of heads: the table grows.
    for (const auto& [heads, d, base, longest] :
         {std::tuple<Index, Index, double, Index>{3, 4, 10000.0, 5},
          {3, 4, 10000.0, 700},
          {2, 34, 10000.0, 40},
          {2, 34, 160000.0, 40},
          {3, 4, 10000.0, 20}}) {
      const Sequences sequences = sequences_of({longest, 1, 3});
      const Rotation rotation{sequences, heads, base};
      const auto x = random_matrix<double>(sequences.rows(), heads * d, 1);
      Matrix<double> y(x.rows(), x.columns()), d_x(x.rows(), x.columns());
      Matrix<float> y32 = convert<float>(x), d_x32(x.rows(), x.columns());
      reference.rotate(rotation, x, y);
      cpu->rotate(rotation, y32, y32);  // in place
      EXPECT_LT(relative_difference(y32, y), 5e-7);
      reference.rotate_d_input(rotation, x, d_x);
      cpu->rotate_d_input(rotation, convert<float>(x), d_x32);
      EXPECT_LT(relative_difference(d_x32, d_x), 5e-7);
    }
  }
}

TEST(Rotary, OddHeadsAndWrongRowsAreTheCallersMistake) {
  ReferenceBackend<double> backend;
  const Sequences sequences = sequences_of({3});
  Matrix<double> odd(3, 6), short_of_a_row(2, 8);
  EXPECT_THROW(backend.rotate({sequences, 2, 10.0}, odd, odd), std::logic_error);
  EXPECT_THROW(backend.rotate({sequences, 2, 10.0}, short_of_a_row, short_of_a_row),
               std::logic_error);
}

}  // namespace
}  // namespace integrad
