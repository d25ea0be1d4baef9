#include "integrad/attribution/text_classifier.h"

#include <gtest/gtest.h>

#include "integrad/attribution/explainer.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

class Unlearned : public ::testing::Test {
 protected:
  std::filesystem::path folder = testing::fixtures / "models/bert";
  TextClassifier learned = TextClassifier::load(folder);
  Index head = learned.config().blocks;

  TextClassifier without(Index block, std::uint64_t seed = 1) const {
    TextClassifier classifier = TextClassifier::load(folder);
    classifier.unlearn(block, seed);
    return classifier;
  }
  static std::vector<double> logits(const TextClassifier& classifier) {
    return Explainer(classifier).explain("the cat sat on the mat").logits;
  }
  static Matrix<float> at(Cut cut, const TextClassifier& classifier) {
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
  EXPECT_EQ(logits(without(0, 1)), logits(without(0, 1)));
  EXPECT_NE(logits(without(0, 1)), logits(without(0, 2)));
}

TEST_F(Unlearned, OnlyThatBlockOrTheHeadForgets) {
  const Cut last = block_output(head - 1);
  const TextClassifier no_head = without(head), no_last = without(head - 1), no_first = without(0);
  EXPECT_NE(logits(no_head), logits(learned));
  EXPECT_TRUE(same(at(last, no_head), at(last, learned)));
  EXPECT_FALSE(same(at(last, no_last), at(last, learned)));
  EXPECT_TRUE(same(at(block_output(head - 2), no_last), at(block_output(head - 2), learned)));
  EXPECT_FALSE(same(at(block_output(0), no_first), at(block_output(0), learned)));
  EXPECT_TRUE(same(at(Cut::embeddings, no_first), at(Cut::embeddings, learned)));
}

}  // namespace
}  // namespace integrad
