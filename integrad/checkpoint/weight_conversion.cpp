#include "integrad/checkpoint/weight_conversion.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "integrad/base/atomic_file.h"
#include "integrad/base/error.h"
#include "integrad/base/mapped_file.h"
#include "integrad/checkpoint/config_file.h"
#include "integrad/checkpoint/message.h"
#include "integrad/checkpoint/number_conversion.h"
#include "integrad/checkpoint/number_narrowing.h"
#include "integrad/checkpoint/safetensors_layout.h"

namespace integrad {
namespace {

/// PyTorch's name of a dtype.
std::string torch_name(Dtype dtype) {
  if (dtype == Dtype::f16) return "float16";
  return dtype == Dtype::bf16 ? "bfloat16" : "float32";
}

nlohmann::ordered_json read_config(const std::filesystem::path& checkpoint_directory) {
  (void)ConfigFile::load(checkpoint_directory);  // for its errors
  const MappedFile file(checkpoint_directory / "config.json");
  const auto bytes = file.bytes();
  return nlohmann::ordered_json::parse(
      std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

void set_dtype(nlohmann::ordered_json& config, Dtype dtype) {
  config[config.contains("dtype") ? "dtype" : "torch_dtype"] = torch_name(dtype);
}

bool is_table_of_pieces(const std::string& name, const std::vector<Index>& shape, Index rows) {
  constexpr std::array parts{"word_embeddings",   "tok_embeddings",  "predictions.bias", "decoder",
                             "generator_lm_head", "vocab_projector", "lm_head"};
  return !shape.empty() && shape[0] == rows &&
         std::any_of(parts.begin(), parts.end(),
                     [&](auto part) { return name.find(part) != std::string::npos; });
}

std::vector<float> choose_rows(const std::vector<float>& values, const KeptRows& rows) {
  const std::size_t width = values.size() / static_cast<std::size_t>(rows.before);
  std::vector<float> chosen(width * rows.ids.size());
  for (std::size_t i = 0; i < rows.ids.size(); ++i) {
    const std::size_t row = static_cast<std::size_t>(rows.ids[i]);
    std::copy_n(values.data() + row * width, width, chosen.data() + i * width);
  }
  return chosen;
}

void write_tensor(const WeightFiles& weights, const std::string& name, Dtype dtype,
                  const std::vector<float>& values, std::ostream& stream) {
  if (dtype == Dtype::f32) {
    stream.write(reinterpret_cast<const char*>(values.data()),
                 static_cast<std::streamsize>(values.size() * sizeof(float)));
    return;
  }
  constexpr std::size_t piece = std::size_t{1} << 20;
  for (std::size_t begin = 0; begin < values.size(); begin += piece) {
    const auto part = std::span(values).subspan(begin, std::min(piece, values.size() - begin));
    std::size_t overflows = 0;
    const std::vector<std::byte> bytes = narrow_numbers(part, dtype, overflows);
    if (overflows > 0) {
      throw CheckpointError("tensor " + in_quotes(name) + " holds numbers too large for " +
                            std::string(dtype_name(dtype)) + "; choose " +
                            (dtype == Dtype::f16 ? "bf16 or f32" : "f32") + " (" +
                            weights.directory().string() + ")");
    }
    stream.write(reinterpret_cast<const char*>(bytes.data()),
                 static_cast<std::streamsize>(bytes.size()));
  }
}

}  // namespace

WeightConversion convert_weights(const WeightFiles& weights, Dtype dtype,
                                 const std::filesystem::path& output,
                                 const std::function<void()>& between, const KeptRows& rows) {
  WeightConversion result;
  std::vector<ArrayDescription> order;
  std::vector<std::string> pruned;
  for (const std::string& name : weights.names()) {
    const std::optional<Dtype> stored = dtype_of_name(weights.dtype(name));
    if (stored && is_floating_point(*stored)) {
      std::vector<Index> shape = weights.shape(name);
      if (!rows.ids.empty() && is_table_of_pieces(name, shape, rows.before)) {
        shape[0] = static_cast<Index>(rows.ids.size());
        pruned.push_back(name);
      }
      order.push_back({name, std::move(shape)});
    } else {
      result.left_out.push_back(name);
    }
  }
  if (!rows.ids.empty() && pruned.empty()) {
    throw CheckpointError(weights.directory().string() + ": no table of word embeddings has " +
                          std::to_string(rows.before) + " rows, as config.json says");
  }
  const std::string head = lay_out_safetensors(order, dtype, {{"format", "pt"}}, output);
  AtomicFile file(output);
  file.stream() << head;
  for (const ArrayDescription& array : order) {
    between();
    std::vector<float> values = weights.values(array.name);
    if (std::find(pruned.begin(), pruned.end(), array.name) != pruned.end()) {
      values = choose_rows(values, rows);
    }
    write_tensor(weights, array.name, dtype, values, file.stream());
  }
  file.commit();
  result.tensors = order.size();
  return result;
}

std::string config_with_dtype(const std::filesystem::path& checkpoint_directory, Dtype dtype) {
  auto json = read_config(checkpoint_directory);
  set_dtype(json, dtype);
  return json.dump(2) + "\n";
}

std::string config_with_vocabulary(const std::filesystem::path& checkpoint_directory, Dtype dtype,
                                   std::span<const std::int32_t> kept) {
  auto json = read_config(checkpoint_directory);
  set_dtype(json, dtype);
  json["vocab_size"] = kept.size();
  for (const auto& [name, value] : json.items()) {
    if (!name.ends_with("_token_id") || !value.is_number_integer()) continue;
    const auto place = std::lower_bound(kept.begin(), kept.end(), value.get<std::int64_t>());
    if (place != kept.end() && *place == value.get<std::int64_t>()) {
      value = place - kept.begin();
    } else {
      value = nullptr;
    }
  }
  return json.dump(2) + "\n";
}

std::string config_of_classifier(const std::filesystem::path& checkpoint_directory,
                                 const std::string& architecture,
                                 const std::vector<std::string>& labels,
                                 const std::string& problem_type) {
  auto json = read_config(checkpoint_directory);
  json["architectures"] = {architecture};
  auto& names = json["id2label"] = nlohmann::ordered_json::object();
  auto& numbers = json["label2id"] = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    names[std::to_string(i)] = labels[i];
    numbers[labels[i]] = i;
  }
  json.erase("num_labels");
  json["problem_type"] = problem_type;
  set_dtype(json, Dtype::f32);
  return json.dump(2) + "\n";
}

}  // namespace integrad
