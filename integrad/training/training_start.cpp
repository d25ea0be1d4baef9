#include "integrad/training/training_start.h"

#include "integrad/base/error.h"
#include "integrad/checkpoint/config_file.h"
#include "integrad/checkpoint/weight_files.h"

namespace integrad {

TrainingStart start_training(const std::filesystem::path& source, const StartOptions& options) {
  ModelConfig config = read_model_config(ConfigFile::load(source));
  if (options.problem) config.problem = *options.problem;
  if (!options.labels.empty()) config.labels = options.labels;
  Tokenizer tokenizer = Tokenizer::load(source);
  if (tokenizer.vocabulary_size() > config.vocabulary_size) {
    throw UsageError("the tokenizer has ids up to " +
                     std::to_string(tokenizer.vocabulary_size() - 1) + ", the model a table of " +
                     std::to_string(config.vocabulary_size) + " rows; do they belong together?");
  }
  std::vector<std::string> fresh;
  auto model =
      Classifier<float>::load_to_train(config, WeightFiles::open(source), options.seed, fresh);
  const ComputeOptions& compute = options.compute;
  TrainingStart start{
      source,
      std::move(tokenizer),
      {std::move(model), make_backend<float>("cpu", compute.threads, compute.precision),
       compute.threads},
      std::move(fresh)};
  for (const std::string& part : options.freeze) {
    if (start.classifier.freeze(part) == 0) {
      throw UsageError("nothing to freeze: no parameter's name contains \"" + part + "\"");
    }
  }
  return start;
}

}  // namespace integrad
