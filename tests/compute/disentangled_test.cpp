// Disentangled attention: its derivative against dual numbers, the cpu backend against the
// reference, with each of its terms alone and both.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "integrad/compute/reference/reference_backend.h"
#include "tests/support/adjoint.h"

namespace integrad {
namespace {

using testing::adjoint_gap;
using testing::convert;
using testing::random_matrix;
using testing::relative_difference;

/// Slots of the distances up to `reach` − 1: one a distance up to `near`, then each `shared`.
std::vector<std::int32_t> slots_of(Index reach, Index near, Index shared) {
  const auto steps = [&](Index n) {
    return n <= near ? n : near + (n - near + shared - 1) / shared;
  };
  std::vector<std::int32_t> slots;
  for (Index distance = 1 - reach; distance < reach; ++distance) {
    const Index side = steps(reach - 1);
    slots.push_back(
        static_cast<std::int32_t>(distance < 0 ? side - steps(-distance) : side + steps(distance)));
  }
  return slots;
}

enum class Terms { none, key, query, both };
constexpr Terms all_terms[] = {Terms::none, Terms::key, Terms::query, Terms::both};

template <class T>
struct Positions {
  std::vector<std::int32_t> slots;
  Matrix<T> key, query;

  Positions(const std::vector<std::int32_t>& slots_, Index hidden, Terms terms)
      : slots(slots_),
        key(convert<T>(random_matrix<double>(slots.back() + 1, hidden, 11))),
        query(convert<T>(random_matrix<double>(slots.back() + 1, hidden, 12))) {
    if (terms == Terms::none || terms == Terms::query) key.resize(0, 0);
    if (terms == Terms::none || terms == Terms::key) query.resize(0, 0);
  }
  RelativePositions<T> view() const { return {key, query, slots}; }
};

Sequences sequences_of(std::initializer_list<Index> lengths) {
  Sequences sequences;
  for (const Index length : lengths) sequences.append(length);
  return sequences;
}

/// One row for each of them.
Sequences first_rows_of(const Sequences& sequences) {
  Sequences ones;
  for (Index s = 0; s < sequences.count(); ++s) ones.append(1);
  return ones;
}

/// All operands as one matrix: queries in the first rows, then keys, then values.
template <class T>
AttentionInput<T> split(const Sequences& queries, const Sequences& keys, Index heads,
                        MatrixView<const T> all) {
  return {queries,
          keys,
          heads,
          0.4,
          all.row_range(0, queries.rows()),
          all.row_range(queries.rows(), keys.rows()),
          all.row_range(queries.rows() + keys.rows(), keys.rows())};
}

double gap_of(const Sequences& queries, const Sequences& keys, Terms terms) {
  constexpr Index heads = 2, hidden = 6;
  ReferenceBackend<double> plain;
  ReferenceBackend<Dual> dual;
  const auto slots = slots_of(keys.longest() + 2, 2, 2);
  const Positions<double> positions(slots, hidden, terms);
  const Positions<Dual> dual_positions(slots, hidden, terms);
  const auto all = random_matrix<double>(queries.rows() + 2 * keys.rows(), hidden, 5, 0.7);
  const auto input = split<double>(queries, keys, heads, all);
  Matrix<double> context(queries.rows(), hidden), normalizer(queries.rows(), heads);
  plain.disentangled_attention(input, positions.view(), context, normalizer);
  return adjoint_gap(
      all, queries.rows(), hidden,
      [&](ConstMatrixView<Dual> x, MatrixView<Dual> y) {
        Matrix<Dual> n(queries.rows(), heads);
        dual.disentangled_attention(split<Dual>(queries, keys, heads, x), dual_positions.view(), y,
                                    n);
      },
      [&](ConstMatrixView<double> d_y, MatrixView<double> d_x) {
        plain.disentangled_attention_d_input(
            input, positions.view(), {context, normalizer}, d_y, d_x.row_range(0, queries.rows()),
            d_x.row_range(queries.rows(), keys.rows()),
            d_x.row_range(queries.rows() + keys.rows(), keys.rows()));
      });
}

TEST(Disentangled, DerivativeIsTheAdjoint) {
  const auto keys = sequences_of({3, 1, 7});
  for (const Terms terms : all_terms) {
    EXPECT_LT(gap_of(keys, keys, terms), 1e-12);
    EXPECT_LT(gap_of(first_rows_of(keys), keys, terms), 1e-12);
  }
}

TEST(Disentangled, IsPlainAttentionWithoutTerms) {
  ReferenceBackend<double> backend;
  const auto rows = sequences_of({3, 1, 7});
  const auto all = random_matrix<double>(3 * rows.rows(), 6, 5);
  const auto input = split<double>(rows, rows, 2, all);
  Matrix<double> expected(rows.rows(), 6), found(rows.rows(), 6), normalizer(rows.rows(), 2);
  backend.attention(input, expected, normalizer);
  const Positions<double> positions(slots_of(7, 2, 2), 6, Terms::none);
  backend.disentangled_attention(input, positions.view(), found, normalizer);
  EXPECT_LT(relative_difference(found, expected), 1e-14);
}

TEST(Disentangled, APositionCountsAsAKeyWhereQueriesMeetItAndAsAQueryWhereKeysDo) {
  // Two rows, one head of one column, scale 1: S = q k + q a(j − i) + k b(i − j), by hand.
  ReferenceBackend<double> backend;
  const auto rows = sequences_of({2});
  Matrix<double> q(2, 1), k(2, 1), v(2, 1), context(2, 1), normalizer(2, 1);
  q(0, 0) = 2, q(1, 0) = 3, k(0, 0) = 5, k(1, 0) = 7, v(0, 0) = v(1, 0) = 1;
  Matrix<double> a(3, 1), b(3, 1);
  a(0, 0) = 0.1, a(1, 0) = 0.2, a(2, 0) = 0.3;  // of the distances −1, 0, 1
  b(0, 0) = 0.01, b(1, 0) = 0.02, b(2, 0) = 0.03;
  const std::vector<std::int32_t> slots{0, 1, 2};
  backend.disentangled_attention({rows, rows, 1, 1.0, q, k, v}, {a, b, slots}, context, normalizer);
  const double s00 = 2 * 5 + 2 * 0.2 + 5 * 0.02, s01 = 2 * 7 + 2 * 0.3 + 7 * 0.01;
  const double s10 = 3 * 5 + 3 * 0.1 + 5 * 0.03, s11 = 3 * 7 + 3 * 0.2 + 7 * 0.02;
  EXPECT_NEAR(normalizer(0, 0), std::log(std::exp(s00) + std::exp(s01)), 1e-13);
  EXPECT_NEAR(normalizer(1, 0), std::log(std::exp(s10) + std::exp(s11)), 1e-13);
}

class DisentangledConformance : public ::testing::TestWithParam<int> {};

void compare(int threads, const Sequences& queries, const Sequences& keys, Index heads,
             Index head_size, const std::vector<std::int32_t>& slots, Terms terms) {
  const auto cpu = make_backend<float>("cpu", threads);
  const auto reference = make_backend<double>("reference");
  const Index hidden = heads * head_size, rows = queries.rows() + 2 * keys.rows();
  const auto all = random_matrix<double>(rows, hidden, 5, 0.7);
  const auto all32 = convert<float>(all);
  const auto d_context = random_matrix<double>(queries.rows(), hidden, 6);
  const Positions<double> positions(slots, hidden, terms);
  const Positions<float> positions32(slots, hidden, terms);
  const auto input = split<double>(queries, keys, heads, all);
  const auto input32 = split<float>(queries, keys, heads, all32);
  Matrix<double> context(queries.rows(), hidden), normalizer(queries.rows(), heads);
  Matrix<float> context32(queries.rows(), hidden), normalizer32(queries.rows(), heads);
  reference->disentangled_attention(input, positions.view(), context, normalizer);
  cpu->disentangled_attention(input32, positions32.view(), context32, normalizer32);
  EXPECT_LT(relative_difference(context32, context), 5e-6);
  EXPECT_LT(relative_difference(normalizer32, normalizer), 2e-6);
  Matrix<double> d_all(rows, hidden);
  Matrix<float> d_all32(rows, hidden);
  const auto part = [&]<class T>(MatrixView<T> of, Index which) {
    const Index first = which == 0 ? 0 : queries.rows() + (which - 1) * keys.rows();
    return of.row_range(first, which == 0 ? queries.rows() : keys.rows());
  };
  const auto d = d_all.view();
  const auto d32 = d_all32.view();
  reference->disentangled_attention_d_input(input, positions.view(), {context, normalizer},
                                            d_context, part(d, 0), part(d, 1), part(d, 2));
  cpu->disentangled_attention_d_input(input32, positions32.view(), {context32, normalizer32},
                                      convert<float>(d_context), part(d32, 0), part(d32, 1),
                                      part(d32, 2));
  EXPECT_LT(relative_difference(d_all32, d_all), 1e-5);
}

TEST_P(DisentangledConformance, AllTermsAndShapes) {
  const auto keys = sequences_of({9, 1, 2, 40, 17});
  for (const auto& [heads, d] : {std::array<Index, 2>{1, 4}, {3, 16}, {2, 5}}) {
    for (const auto& slots : {slots_of(40, 39, 1), slots_of(64, 6, 3), slots_of(41, 0, 4)}) {
      for (const Terms terms : all_terms) {
        compare(GetParam(), keys, keys, heads, d, slots, terms);
        compare(GetParam(), first_rows_of(keys), keys, heads, d, slots, terms);
      }
    }
  }
}

TEST_P(DisentangledConformance, MoreSlotsThanAPanel) {
  const auto rows = sequences_of({150});
  compare(GetParam(), rows, rows, 2, 32, slots_of(150, 100, 3), Terms::both);
}

INSTANTIATE_TEST_SUITE_P(Threads, DisentangledConformance, ::testing::Values(1, 3));

TEST(Disentangled, WrongShapesAreTheCallersMistake) {
  const auto rows = sequences_of({4});
  const auto x = random_matrix<float>(4, 6, 1);
  Matrix<float> context(4, 6), normalizer(4, 2);
  const AttentionInput<float> input{rows, rows, 2, 1.0, x, x, x};
  for (const auto& backend : {make_backend<float>("cpu", 1), make_backend<float>("reference")}) {
    const auto run = [&](const RelativePositions<float>& positions) {
      backend->disentangled_attention(input, positions, context, normalizer);
    };
    const Positions<float> fitting(slots_of(4, 1, 2), 6, Terms::both);
    EXPECT_NO_THROW(run(fitting.view()));
    const Positions<float> short_reach(slots_of(3, 1, 2), 6, Terms::both);
    EXPECT_THROW(run(short_reach.view()), std::logic_error);
    const Positions<float> narrow(slots_of(4, 1, 2), 5, Terms::both);
    EXPECT_THROW(run(narrow.view()), std::logic_error);
    const std::vector<std::int32_t> falling{0, 1, 2, 3, 2, 4, 4};
    EXPECT_THROW(run({fitting.key, fitting.query, falling}), std::logic_error);
  }
}

}  // namespace
}  // namespace integrad
