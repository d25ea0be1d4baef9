// What a trainer writes to go on from: weights and moments as one safetensors file, the position in
// its metadata.
#include <array>
#include <charconv>
#include <cstring>

#include "integrad/base/error.h"
#include "integrad/base/mapped_file.h"
#include "integrad/base/sha256.h"
#include "integrad/checkpoint/safetensors.h"
#include "integrad/checkpoint/safetensors_writer.h"
#include "integrad/training/trainer.h"

namespace integrad {
namespace {

std::vector<Index> shape_of(MatrixView<float> values) { return {values.rows, values.columns}; }

/// Checks, and copies where it says so, an array of the file whose shape is known.
void read(const SafetensorsHeader& header, std::span<const std::byte> bytes,
          const std::string& name, MatrixView<float> values, bool copies,
          const std::filesystem::path& file) {
  const TensorEntry* entry = header.find(name);
  if (entry == nullptr || entry->dtype != Dtype::f32 || entry->shape != shape_of(values)) {
    throw CheckpointError("training state " + file.string() + ": no float32 tensor \"" + name +
                          "\" of the model's shape; it belongs to another model");
  }
  if (copies) std::memcpy(values.data, bytes.data() + entry->begin, entry->end - entry->begin);
}

}  // namespace

std::string Trainer::fingerprint() const {
  const TrainingOptions& o = options_;
  std::string text;
  const auto add = [&](const auto&... values) { ((text += std::to_string(values) + " "), ...); };
  add(o.batch_size, o.micro_batch_size, o.schedule.steps, o.schedule.warmup, o.seed, o.dropout);
  add(static_cast<int>(o.schedule.decay), o.adam.decoupled);
  for (const double value : {o.schedule.peak, o.schedule.end, o.schedule.power, o.clip,
                             o.adam.beta1, o.adam.beta2, o.adam.epsilon, o.adam.weight_decay}) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    text.append(digits.data(), end).append(" ");
  }
  for (const TrainedParameter<float>& parameter : classifier_->parameters()) {
    text += parameter.name + (parameter.frozen ? " frozen " : " ");
  }
  for (const EncodedText& example : texts_) {
    for (const std::int32_t id : example.ids) text.append(reinterpret_cast<const char*>(&id), 4);
    for (const double number : example.label) text += std::to_string(number);
  }
  return sha256_hex({std::as_bytes(std::span(text))});
}

void Trainer::save_state(const std::filesystem::path& file, const Notes& notes) const {
  std::vector<NamedArray> arrays;
  const auto add = [&](const std::string& name, ConstMatrixView<float> values) {
    arrays.push_back({name, {values.rows, values.columns}, values.data});
  };
  const auto parameters = classifier_->parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].frozen) continue;
    add("value." + parameters[i].name, parameters[i].value);
    add("first." + parameters[i].name, adam_.first[i]);
    add("second." + parameters[i].name, adam_.second[i]);
  }
  Notes metadata{{"step", std::to_string(adam_.steps)}, {"run", run_}};
  for (const auto& [name, value] : notes) metadata["note." + name] = value;
  write_safetensors(file, arrays, metadata);
}

Trainer::Notes Trainer::load_state(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  const std::span<const std::byte> bytes = mapped.bytes();
  const SafetensorsHeader header = SafetensorsHeader::parse(bytes, file);
  const auto& metadata = header.metadata();
  const auto step = metadata.find("step"), run = metadata.find("run");
  if (step == metadata.end() || run == metadata.end()) {
    throw CheckpointError("training state " + file.string() + ": no step and run in its metadata");
  }
  if (run->second != run_) {
    throw CheckpointError("training state " + file.string() +
                          ": it was written by a run with other options, texts or labels; give "
                          "the same ones, or start anew without --resume");
  }
  Index steps = -1;
  const std::string& digits = step->second;
  std::from_chars(digits.data(), digits.data() + digits.size(), steps);
  if (steps < 0 || steps > this->steps()) {
    throw CheckpointError("training state " + file.string() + ": step \"" + digits +
                          "\" is out of range");
  }
  const auto parameters = classifier_->parameters();
  for (const bool copies : {false, true}) {  // all is checked before anything changes
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i].frozen) continue;
      const std::string& name = parameters[i].name;
      read(header, bytes, "value." + name, parameters[i].value, copies, file);
      read(header, bytes, "first." + name, adam_.first[i], copies, file);
      read(header, bytes, "second." + name, adam_.second[i], copies, file);
    }
  }
  adam_.steps = steps;
  Notes notes;
  for (const auto& [name, value] : metadata) {
    if (name.starts_with("note.")) notes[name.substr(5)] = value;
  }
  return notes;
}

}  // namespace integrad
