#include "integrad/attribution/text_classifier.h"

#include <gtest/gtest.h>

#include "integrad/attribution/explainer.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

class Unlearned : public ::testing::Test {
 protected:
  static constexpr Index all = 0;
  std::filesystem::path folder = testing::fixtures / "models/bert";
  TextClassifier learned = TextClassifier::load(folder);
  Index blocks = learned.config().blocks;

  std::vector<double> logits(Index first_block, std::uint64_t seed) const {
    return logits(TextClassifier::load_unlearned(folder, first_block, seed));
  }
  static std::vector<double> logits(const TextClassifier& classifier) {
    return Explainer(classifier).explain("the cat sat on the mat").logits;
  }
  Matrix<float> at(Cut cut, Index first_block) const {
    const auto classifier = TextClassifier::load_unlearned(folder, first_block, 1);
    const auto& network = std::get<Classifier<float>>(classifier.network());
    TokenBatch batch;
    batch.ids = {2, 7, 8, 3};
    batch.type_ids = {0, 0, 0, 0};
    batch.positions = {0, 1, 2, 3};
    batch.sequences.append(4);
    Workspace<float> workspace(make_backend<float>("cpu", 1));
    Matrix<float> rows;
    network.forward_to(cut, batch, workspace, rows);
    return rows;
  }
  static bool same(const Matrix<float>& a, const Matrix<float>& b) {
    return std::equal(a.data(), a.data() + a.rows() * a.columns(), b.data());
  }
};

TEST_F(Unlearned, TheSeedDecides) {
  EXPECT_EQ(logits(all, 1), logits(all, 1));
  EXPECT_NE(logits(all, 1), logits(all, 2));
  EXPECT_NE(logits(all, 1), logits(learned));
}

TEST_F(Unlearned, WhatStandsBeforeStaysAsItWas) {
  EXPECT_NE(logits(blocks, 1), logits(learned));  // the head alone
  const Cut last = block_output(blocks - 1);
  const Matrix<float> whole = at(last, blocks);
  EXPECT_FALSE(same(at(last, blocks - 1), whole));
  EXPECT_TRUE(same(at(block_output(blocks - 2), blocks - 1), at(block_output(blocks - 2), blocks)));
  EXPECT_TRUE(same(at(Cut::embeddings, all), at(Cut::embeddings, blocks)));
}

}  // namespace
}  // namespace integrad
