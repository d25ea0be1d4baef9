// Ten steps of tiny classifiers beside PyTorch in float64: losses, gradient norms, final weights.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "integrad/training/optimizer.h"
#include "integrad/training/schedule.h"
#include "tests/support/reference_arrays.h"

namespace integrad {
namespace {

using nlohmann::json;

struct Example {
  TokenBatch batch;
  std::vector<Label> labels;
};

Example read(const json& batch) {
  Example example;
  for (const auto& ids : batch["ids"]) {
    TokenBatch text;
    text.ids = ids.get<std::vector<std::int32_t>>();
    text.type_ids.assign(text.ids.size(), 0);
    for (std::size_t i = 0; i < text.ids.size(); ++i) {
      text.positions.push_back(static_cast<std::int32_t>(i));
    }
    text.sequences.append(static_cast<Index>(text.ids.size()));
    example.batch.append(text);
  }
  for (const auto& label : batch["labels"]) {
    example.labels.push_back(label.is_array() ? label.get<Label>() : Label{label.get<double>()});
  }
  return example;
}

template <class T>
class Steps {
 public:
  Steps(const std::filesystem::path& folder, const json& run, const char* backend)
      : folder_(folder),
        run_(run),
        classifier_(Classifier<T>::load(read_model_config(ConfigFile::load(folder / "initial")),
                                        WeightFiles::open(folder / "initial")),
                    make_backend<T>(backend)) {}

  /// Largest relative error of the losses and norms, and that of a parameter's final values.
  void compare(const json& batches, double loss_bound, double weight_bound) {
    AdamOptions options{.decoupled = run_["optimizer"] == "adamw",
                        .epsilon = run_["epsilon"].get<double>(),
                        .weight_decay = run_["weight_decay"].get<double>()};
    Adam<T> adam(options, classifier_.parameters());
    const Schedule schedule{.decay = parse_decay(run_["schedule"].get<std::string>()),
                            .peak = run_["learning_rate"].get<double>(),
                            .end = run_["end"].get<double>(),
                            .power = run_["power"].get<double>(),
                            .warmup = run_["warmup"].get<Index>(),
                            .steps = static_cast<Index>(batches.size())};
    for (std::size_t i = 0; i < batches.size(); ++i) {
      const Example example = read(batches[i]);
      const double weight = 1.0 / static_cast<double>(example.labels.size());
      classifier_.zero_gradients();
      const auto result = classifier_.accumulate(example.batch, example.labels, weight, {});
      EXPECT_NEAR(result.loss * weight, run_["losses"][i].get<double>(), loss_bound) << i;
      const std::span<const TrainedParameter<T>> parameters = classifier_.parameters();
      const double norm = gradient_norm(parameters);
      EXPECT_NEAR(norm, run_["gradient_norms"][i].get<double>(), 10 * loss_bound) << i;
      if (!run_["clip"].is_null()) clip_gradients(parameters, norm, run_["clip"].get<double>());
      EXPECT_NEAR(schedule.rate(static_cast<Index>(i)), run_["learning_rates"][i].get<double>(),
                  1e-15);
      adam.step(parameters, schedule.rate(static_cast<Index>(i)));
    }
    const testing::ReferenceArrays expected(folder_ / run_["final_weights"].get<std::string>());
    double difference = 0, size = 0;
    for (const TrainedParameter<T>& parameter : classifier_.parameters()) {
      const std::vector<double> values = expected.values(parameter.name);
      const Index columns = parameter.value.columns;
      ASSERT_EQ(static_cast<Index>(values.size()), parameter.value.rows * columns);
      for (Index r = 0; r < parameter.value.rows; ++r) {
        for (Index c = 0; c < columns; ++c) {
          const double value = values[static_cast<std::size_t>(r * columns + c)];
          difference += std::pow(static_cast<double>(parameter.value(r, c)) - value, 2);
          size += value * value;
        }
      }
    }
    EXPECT_LT(std::sqrt(difference / size), weight_bound);
  }

 private:
  std::filesystem::path folder_;
  const json& run_;
  TrainableClassifier<T> classifier_;
};

class TrainingParity : public ::testing::TestWithParam<const char*> {
 protected:
  std::filesystem::path folder = std::filesystem::path(INTEGRAD_FIXTURES) / "training" / GetParam();
  json expected = json::parse(std::ifstream(folder / "expected.json"));
};

TEST_P(TrainingParity, ReferenceInDouble) {
  for (const json& run : expected["runs"]) {
    Steps<double>(folder, run, "reference").compare(expected["batches"], 1e-10, 1e-10);
  }
}

TEST_P(TrainingParity, CpuInFloat) {
  for (const json& run : expected["runs"]) {
    Steps<float>(folder, run, "cpu").compare(expected["batches"], 1e-5, 1e-4);
  }
}

INSTANTIATE_TEST_SUITE_P(Models, TrainingParity,
                         ::testing::Values("bert", "bert_multilabel", "distilbert"),
                         [](const auto& model) { return std::string(model.param); });

}  // namespace
}  // namespace integrad
