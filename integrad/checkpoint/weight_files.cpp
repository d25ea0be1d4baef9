#include "integrad/checkpoint/weight_files.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "integrad/base/sha256.h"
#include "integrad/checkpoint/message.h"
#include "integrad/checkpoint/number_conversion.h"
#include "integrad/checkpoint/weight_file.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

struct Location {
  const WeightFile* file = nullptr;
  const StoredTensor* tensor = nullptr;
};

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

void check_index(const FoundWeights& found, const std::vector<WeightFile>& files) {
  std::map<std::string, const WeightFile*> by_name;
  for (const WeightFile& file : files) by_name.emplace(file.path().filename().string(), &file);
  for (const auto& [tensor, shard] : found.index) {
    if (by_name.at(shard)->contains(tensor)) continue;
    fail_checkpoint(found.index_path,
                    "tensor " + in_quotes(tensor) + " is missing in shard " + in_quotes(shard));
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

void check_numbers(const Location& location, const std::string& tensor) {
  const Dtype dtype = location.tensor->dtype;
  if (is_floating_point(dtype)) return;
  fail_checkpoint(location.file->path(), tensor + " is stored as " +
                                             std::string(dtype_name(dtype)) +
                                             ", expected F32, F16, BF16 or F64");
}

template <class T>
void read_tensor(const Location& location, std::string_view name, MatrixView<T> output) {
  const auto& [file, stored] = location;
  const std::string tensor = "tensor " + in_quotes(name);
  check_numbers(location, tensor);
  if (!fits(stored->shape, output.rows, output.columns)) {
    const std::vector<Index> expected = output.rows == 1 && stored->shape.size() != 2
                                            ? std::vector<Index>{output.columns}
                                            : std::vector<Index>{output.rows, output.columns};
    fail_checkpoint(file->path(), tensor + " must have shape " + shape_text(expected) + ", found " +
                                      shape_text(stored->shape));
  }
  if (!read_numbers(*stored, file->mapping(), output)) check_finite(output, tensor, file->path());
}

/// The tensor as matrices of its last two axes, one after another.
std::vector<StoredTensor> matrices_of(const StoredTensor& tensor) {
  if (tensor.shape.empty()) return {{tensor.name, tensor.dtype, {1}, {1}, tensor.bytes}};
  if (tensor.shape.size() <= 2) return {tensor};
  const auto width = static_cast<std::size_t>(dtype_bits(tensor.dtype)) / 8;
  const std::vector<Index> shape(tensor.shape.begin() + 1, tensor.shape.end());
  const std::vector<Index> strides(tensor.strides.begin() + 1, tensor.strides.end());
  std::vector<StoredTensor> matrices;
  for (Index i = 0; i < tensor.shape[0]; ++i) {
    const auto begin = static_cast<std::size_t>(i * tensor.strides[0]) * width;
    const auto inner = matrices_of({tensor.name, tensor.dtype, shape, strides,
                                    tensor.bytes.subspan(std::min(begin, tensor.bytes.size()))});
    matrices.insert(matrices.end(), inner.begin(), inner.end());
  }
  return matrices;
}

}  // namespace

struct WeightFiles::Parts {
  fs::path directory;
  std::vector<WeightFile> files;  // never resized after `open`: locations point into it
  fs::path index_path;
  std::map<std::string, Location, std::less<>> tensors;

  const Location& at(std::string_view name) const {
    const auto found = tensors.find(name);
    if (found != tensors.end()) return found->second;
    fail_checkpoint(index_path.empty() ? files.front().path() : index_path,
                    "tensor " + in_quotes(name) + " is missing");
  }
};

WeightFiles WeightFiles::open(const fs::path& checkpoint_directory) {
  const FoundWeights found = find_weights(checkpoint_directory);
  auto parts = std::make_unique<Parts>();
  parts->directory = checkpoint_directory;
  parts->index_path = found.index_path;
  for (const fs::path& path : found.files) {
    parts->files.push_back(WeightFile::open(path, found.format, !found.index_path.empty()));
  }
  check_index(found, parts->files);
  for (const WeightFile& file : parts->files) {
    for (const StoredTensor& tensor : file.tensors()) {
      const auto [place, added] =
          parts->tensors.emplace(normalised(tensor.name), Location{&file, &tensor});
      if (added) continue;
      const std::string other = place->second.file->path().filename().string();
      fail_checkpoint(file.path(), "tensor " + in_quotes(tensor.name) + " is also in " + other +
                                       " (as " + in_quotes(place->second.tensor->name) + ")");
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
  return parts_->at(name).tensor->shape;
}

std::string WeightFiles::dtype(std::string_view name) const {
  return std::string(dtype_name(parts_->at(name).tensor->dtype));
}

void WeightFiles::read(std::string_view name, MatrixView<float> output) const {
  read_tensor(parts_->at(name), name, output);
}

void WeightFiles::read(std::string_view name, MatrixView<double> output) const {
  read_tensor(parts_->at(name), name, output);
}

std::vector<float> WeightFiles::values(std::string_view name) const {
  const Location& location = parts_->at(name);
  const std::string tensor = "tensor " + in_quotes(name);
  check_numbers(location, tensor);
  std::vector<float> values;
  for (const StoredTensor& matrix : matrices_of(*location.tensor)) {
    const Index columns = matrix.shape.back();
    const Index rows = matrix.shape.size() == 2 ? matrix.shape[0] : 1;
    const std::size_t begin = values.size();
    values.resize(begin + static_cast<std::size_t>(rows * columns));
    const MatrixView<float> output(values.data() + begin, rows, columns);
    if (!read_numbers(matrix, location.file->mapping(), output)) {
      check_finite(output, tensor, location.file->path());
    }
  }
  return values;
}

std::string WeightFiles::sha256() const {
  std::vector<std::span<const std::byte>> files;
  for (const WeightFile& file : parts_->files) files.push_back(file.mapping().bytes());
  return sha256_hex(files);
}

const fs::path& WeightFiles::directory() const { return parts_->directory; }

}  // namespace integrad
