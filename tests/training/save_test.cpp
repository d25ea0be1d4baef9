// What is saved is what others load: same logits, labels and files; base models get a head.
#include "integrad/training/save.h"

#include <gtest/gtest.h>

#include "integrad/attribution/explainer.h"
#include "integrad/base/error.h"
#include "tests/base/temporary_folder.h"
#include "tests/support/token_batch_of.h"

namespace integrad {
namespace {

using testing::batch_of;
using testing::ModelFixture;

TEST(Save, TheSameModelAgain) {
  for (const char* name : {"bert", "distilbert", "albert", "electra", "roberta"}) {
    const ModelFixture fixture(name);
    const ModelConfig config = read_model_config(ConfigFile::load(fixture.directory));
    TrainableClassifier<float> classifier(
        Classifier<float>::load(config, WeightFiles::open(fixture.directory)),
        make_backend<float>("cpu"));
    const TemporaryFolder folder;
    save_classifier(folder.path(), fixture.directory, classifier);
    const ModelConfig again = read_model_config(ConfigFile::load(folder.path()));
    EXPECT_EQ(again.labels, config.labels);
    EXPECT_EQ(again.family, config.family);
    TrainableClassifier<float> loaded(
        Classifier<float>::load(again, WeightFiles::open(folder.path())),
        make_backend<float>("cpu"));
    Matrix<float> expected, found;
    classifier.predict(batch_of(fixture, 0), expected);
    loaded.predict(batch_of(fixture, 0), found);
    for (Index c = 0; c < expected.columns(); ++c) EXPECT_EQ(found(0, c), expected(0, c)) << name;
    EXPECT_NO_THROW(TextClassifier::load(folder.path())) << name;
  }
}

TEST(LoadToTrain, AHeadForOtherLabels) {
  const ModelFixture fixture("bert");
  ModelConfig config = read_model_config(ConfigFile::load(fixture.directory));
  const auto load = [&](std::uint64_t seed, std::vector<std::string>& fresh) {
    return TrainableClassifier<float>(
        Classifier<float>::load_to_train(config, WeightFiles::open(fixture.directory), seed, fresh),
        make_backend<float>("cpu"));
  };
  std::vector<std::string> fresh;
  load(0, fresh);
  EXPECT_TRUE(fresh.empty());
  config.labels = {"a", "b", "c", "d", "e"};
  auto classifier = load(1, fresh);
  EXPECT_EQ(fresh, (std::vector<std::string>{"classifier.weight", "classifier.bias"}));
  std::vector<std::string> again;
  auto same = load(1, again), other = load(2, again);
  const auto& weight = classifier.parameters()[classifier.parameters().size() - 2];
  EXPECT_EQ(weight.name, "classifier.weight");
  double sum = 0, squares = 0;
  for (Index r = 0; r < 5; ++r) {
    for (Index c = 0; c < weight.value.columns; ++c) {
      const std::size_t at = classifier.parameters().size() - 2;
      EXPECT_EQ(weight.value(r, c), same.parameters()[at].value(r, c));
      EXPECT_NE(weight.value(r, c), other.parameters()[at].value(r, c));
      sum += weight.value(r, c);
      squares += weight.value(r, c) * weight.value(r, c);
    }
  }
  const auto n = static_cast<double>(5 * weight.value.columns);
  EXPECT_NEAR(sum / n, 0, 0.006);
  EXPECT_NEAR(std::sqrt(squares / n), 0.02, 0.005);
}

TEST(LoadToTrain, BaseModelsWithoutPrefix) {
  const ModelFixture fixture("bert");
  const ModelConfig config = read_model_config(ConfigFile::load(fixture.directory));
  TrainableClassifier<float> classifier(
      Classifier<float>::load(config, WeightFiles::open(fixture.directory)),
      make_backend<float>("cpu"));
  const TemporaryFolder folder;
  save_classifier(folder.path(), fixture.directory, classifier);
  std::string file = read_text(folder / "model.safetensors");
  // "bert." and "classifier" go from the names; the header keeps its length.
  const auto replace_all = [&](std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = file.find(from, at)) != std::string::npos;) {
      file.replace(at, from.size(), to);
    }
  };
  replace_all("{\"bert.", "     {\"");
  replace_all(",\"bert.", "     ,\"");
  replace_all("\"classifier.", "\"elsewhere_.");
  write_text(folder / "model.safetensors", file);
  EXPECT_THROW(Classifier<float>::load(config, WeightFiles::open(folder.path())), CheckpointError);
  std::vector<std::string> fresh;
  auto base = Classifier<float>::load_to_train(config, WeightFiles::open(folder.path()), 0, fresh);
  EXPECT_EQ(fresh, (std::vector<std::string>{"classifier.weight", "classifier.bias"}));
}

}  // namespace
}  // namespace integrad
