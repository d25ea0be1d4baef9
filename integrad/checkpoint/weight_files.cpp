#include "integrad/checkpoint/weight_files.h"

#include <array>
#include <cmath>
#include <map>
#include <system_error>
#include <utility>

#include "integrad/base/error.h"
#include "integrad/base/mapped_file.h"
#include "integrad/base/sha256.h"
#include "integrad/checkpoint/message.h"
#include "integrad/checkpoint/number_conversion.h"
#include "integrad/checkpoint/safetensors.h"
#include "integrad/checkpoint/shard_index.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

struct Shard {
  explicit Shard(const fs::path& file)
      : path(file), mapping(file), header(SafetensorsHeader::parse(mapping.bytes(), file)) {}

  fs::path path;
  MappedFile mapping;
  SafetensorsHeader header;
};

struct Location {
  const Shard* shard = nullptr;
  const TensorEntry* entry = nullptr;
};

bool is_present(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

/// Names of the first ports from TensorFlow (2018, 2019) in today's spelling.
std::string normalised(const std::string& name) {
  constexpr std::array<std::array<std::string_view, 2>, 2> endings{
      {{"LayerNorm.gamma", "weight"}, {"LayerNorm.beta", "bias"}}};
  for (const auto& [old, spelling] : endings) {
    if (name.ends_with(old)) {
      return name.substr(0, name.rfind('.') + 1).append(spelling);
    }
  }
  return name;
}

/// TensorFlow and Flax store kernels transposed and under other names.
void check_framework(const Shard& shard) {
  const auto format = shard.header.metadata().find("format");
  if (format == shard.header.metadata().end()) return;
  if (format->second == "tf" || format->second == "flax") {
    fail_checkpoint(shard.path, "weights in the layout of " + in_quotes(format->second) +
                                    " are not read by this version; load them with transformers "
                                    "in PyTorch and save them again with save_pretrained");
  }
}

[[noreturn]] void fail_no_weights(const fs::path& directory) {
  constexpr std::array<const char*, 6> others{"pytorch_model.bin",  "pytorch_model.bin.index.json",
                                              "tf_model.h5",        "tf_model.h5.index.json",
                                              "flax_model.msgpack", "model.onnx"};
  for (const char* other : others) {
    if (!is_present(directory / other)) continue;
    fail_checkpoint(directory / other,
                    "this kind of weight file is not read by this version, expected "
                    "model.safetensors; load the model with transformers and save it again with "
                    "save_pretrained(folder, safe_serialization=True)");
  }
  throw CheckpointError("no weights in " + directory.string() +
                        ": expected model.safetensors or model.safetensors.index.json");
}

/// The weight files of a folder, sorted by name, and the index if there is one.
std::vector<Shard> open_shards(const fs::path& directory,
                               std::map<std::string, std::string>& index) {
  std::vector<Shard> shards;
  if (const fs::path single = directory / "model.safetensors"; is_present(single)) {
    shards.emplace_back(single);
    return shards;
  }
  const fs::path index_path = directory / "model.safetensors.index.json";
  if (!is_present(index_path)) fail_no_weights(directory);
  index = load_shard_index(index_path);
  std::map<std::string, std::string> first_tensors;  // by shard, for the message
  for (const auto& [tensor, shard] : index) first_tensors.emplace(shard, tensor);
  for (const auto& [shard, tensor] : first_tensors) {
    if (!is_present(directory / shard)) {
      fail_checkpoint(index_path, "shard " + in_quotes(shard) + ", which should hold tensor " +
                                      in_quotes(tensor) + ", is not in the folder");
    }
    shards.emplace_back(directory / shard);
  }
  return shards;
}

void check_index(const std::map<std::string, std::string>& index, const std::vector<Shard>& shards,
                 const fs::path& directory) {
  std::map<std::string, const Shard*> by_name;
  for (const Shard& shard : shards) by_name.emplace(shard.path.filename().string(), &shard);
  for (const auto& [tensor, shard] : index) {
    if (by_name.at(shard)->header.find(tensor) == nullptr) {
      fail_checkpoint(directory / "model.safetensors.index.json",
                      "tensor " + in_quotes(tensor) + " is missing in shard " + in_quotes(shard));
    }
  }
}

/// What a tensor of this shape is read into; none for a scalar or a tensor of rank 3 and more.
bool fits(const std::vector<Index>& shape, Index rows, Index columns) {
  if (shape.size() == 1) return rows == 1 && columns == shape[0];
  return shape.size() == 2 && rows == shape[0] && columns == shape[1];
}

template <class T>
void check_finite(MatrixView<T> values, const std::string& tensor, const fs::path& file) {
  for (Index row = 0; row < values.rows; ++row) {
    for (Index column = 0; column < values.columns; ++column) {
      if (std::isfinite(values(row, column))) continue;
      fail_checkpoint(file, tensor + " holds " + std::to_string(values(row, column)) + " in row " +
                                std::to_string(row) + ", column " + std::to_string(column) +
                                "; weights must be finite numbers");
    }
  }
}

template <class T>
void read_tensor(const Location& location, std::string_view name, MatrixView<T> output) {
  const auto& [shard, entry] = location;
  const std::string tensor = "tensor " + in_quotes(name);
  if (!is_floating_point(entry->dtype)) {
    fail_checkpoint(shard->path, tensor + " is stored as " + std::string(dtype_name(entry->dtype)) +
                                     ", expected F32, F16, BF16 or F64");
  }
  if (!fits(entry->shape, output.rows, output.columns)) {
    const std::vector<Index> expected = output.rows == 1 && entry->shape.size() != 2
                                            ? std::vector<Index>{output.columns}
                                            : std::vector<Index>{output.rows, output.columns};
    fail_checkpoint(shard->path, tensor + " must have shape " + shape_text(expected) + ", found " +
                                     shape_text(entry->shape));
  }
  const auto bytes = shard->mapping.bytes().subspan(entry->begin, entry->end - entry->begin);
  if (output.empty()) return;
  const bool dense = output.stride == output.columns;
  const Index pieces = dense ? 1 : output.rows;
  const std::size_t piece_bytes = bytes.size() / static_cast<std::size_t>(pieces);
  bool finite = true;
  for (Index piece = 0; piece < pieces; ++piece) {
    const auto source = bytes.subspan(static_cast<std::size_t>(piece) * piece_bytes, piece_bytes);
    finite = convert_numbers(entry->dtype, source, output.row(piece)) && finite;
  }
  if (!finite) check_finite(output, tensor, shard->path);
}

}  // namespace

struct WeightFiles::Parts {
  fs::path directory;
  std::vector<Shard> shards;  // never resized after `open`: locations point into it
  std::map<std::string, Location, std::less<>> tensors;

  const Location& at(std::string_view name) const {
    const auto found = tensors.find(name);
    if (found != tensors.end()) return found->second;
    const bool one = shards.size() == 1;
    fail_checkpoint(one ? shards.front().path : directory / "model.safetensors.index.json",
                    "tensor " + in_quotes(name) + " is missing");
  }
};

WeightFiles WeightFiles::open(const fs::path& checkpoint_directory) {
  std::error_code ignored;
  if (!fs::is_directory(checkpoint_directory, ignored)) {
    throw CheckpointError(checkpoint_directory.string() +
                          " is no folder; give the folder that save_pretrained wrote");
  }
  auto parts = std::make_unique<Parts>();
  parts->directory = checkpoint_directory;
  std::map<std::string, std::string> index;
  parts->shards = open_shards(checkpoint_directory, index);
  check_index(index, parts->shards, checkpoint_directory);
  for (const Shard& shard : parts->shards) {
    check_framework(shard);
    for (const TensorEntry& entry : shard.header.tensors()) {
      const auto [place, added] =
          parts->tensors.emplace(normalised(entry.name), Location{&shard, &entry});
      if (added) continue;
      const std::string other = place->second.shard->path.filename().string();
      fail_checkpoint(shard.path, "tensor " + in_quotes(entry.name) + " is also in " + other +
                                      " (as " + in_quotes(place->second.entry->name) + ")");
    }
  }
  return WeightFiles(std::move(parts));
}

WeightFiles::WeightFiles(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
WeightFiles::WeightFiles(WeightFiles&&) noexcept = default;
WeightFiles& WeightFiles::operator=(WeightFiles&&) noexcept = default;
WeightFiles::~WeightFiles() = default;

std::vector<std::string> WeightFiles::names() const {
  std::vector<std::string> names;
  names.reserve(parts_->tensors.size());
  for (const auto& [name, location] : parts_->tensors) names.push_back(name);
  return names;
}

bool WeightFiles::contains(std::string_view name) const {
  return parts_->tensors.find(name) != parts_->tensors.end();
}

std::vector<Index> WeightFiles::shape(std::string_view name) const {
  return parts_->at(name).entry->shape;
}

std::string WeightFiles::dtype(std::string_view name) const {
  return std::string(dtype_name(parts_->at(name).entry->dtype));
}

void WeightFiles::read(std::string_view name, MatrixView<float> output) const {
  read_tensor(parts_->at(name), name, output);
}

void WeightFiles::read(std::string_view name, MatrixView<double> output) const {
  read_tensor(parts_->at(name), name, output);
}

std::string WeightFiles::sha256() const {
  std::vector<std::span<const std::byte>> files;
  for (const Shard& shard : parts_->shards) files.push_back(shard.mapping.bytes());
  return sha256_hex(files);
}

const fs::path& WeightFiles::directory() const { return parts_->directory; }

}  // namespace integrad
