#include "integrad/training/save.h"

#include <array>
#include <system_error>

#include "integrad/base/atomic_file.h"
#include "integrad/base/error.h"
#include "integrad/checkpoint/safetensors_writer.h"
#include "integrad/checkpoint/weight_conversion.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 14> tokenizer_files{"tokenizer.json",
                                                      "tokenizer_config.json",
                                                      "special_tokens_map.json",
                                                      "vocab.txt",
                                                      "added_tokens.json",
                                                      "vocab.json",
                                                      "merges.txt",
                                                      "spiece.model",
                                                      "sentencepiece.bpe.model",
                                                      "spm.model",
                                                      "tokenizer.model",
                                                      "bpe.codes",
                                                      "dict.txt",
                                                      "bpe.vocab"};

std::string name_of(Problem problem) {
  if (problem == Problem::multi_label) return "multi_label_classification";
  return problem == Problem::regression ? "regression" : "single_label_classification";
}

}  // namespace

void copy_tokenizer_files(const fs::path& source, const fs::path& folder) {
  for (const char* name : tokenizer_files) {
    std::error_code error;
    if (!fs::is_regular_file(source / name, error)) continue;
    fs::copy_file(source / name, folder / name, fs::copy_options::overwrite_existing, error);
    if (error) {
      throw UsageError("cannot copy " + (source / name).string() + " to " + folder.string() + ": " +
                       error.message());
    }
  }
}

void save_classifier(const fs::path& folder, const fs::path& source,
                     TrainableClassifier<float>& classifier) {
  const ModelConfig& config = classifier.model().config();
  AtomicFile file(folder / "config.json");
  file.stream() << config_of_classifier(source, std::string(config.family->architecture),
                                        config.labels, name_of(training_problem(config)));
  file.commit();
  copy_tokenizer_files(source, folder);
  std::vector<NamedArray> arrays;
  for (const TrainedParameter<float>& parameter : classifier.parameters()) {
    const MatrixView<float>& value = parameter.value;
    std::vector<Index> shape{value.rows, value.columns};
    if (parameter.vector) shape = {value.columns};
    arrays.push_back({parameter.name, std::move(shape), value.data});
  }
  write_safetensors(folder / "model.safetensors", arrays, {{"format", "pt"}});
}

}  // namespace integrad
