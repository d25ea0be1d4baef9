// Arrays of a reference safetensors file as doubles, for tests only.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "integrad/base/mapped_file.h"
#include "integrad/checkpoint/safetensors.h"

namespace integrad::testing {

class ReferenceArrays {
 public:
  explicit ReferenceArrays(const std::filesystem::path& file)
      : file_(file), header_(SafetensorsHeader::parse(file_.bytes(), file)) {}

  bool contains(const std::string& name) const { return header_.find(name) != nullptr; }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const TensorEntry& tensor : header_.tensors()) names.push_back(tensor.name);
    return names;
  }
  std::vector<Index> shape(const std::string& name) const { return entry(name).shape; }

  /// All entries, row by row; throws when there is no such array.
  std::vector<double> values(const std::string& name) const {
    const TensorEntry& tensor = entry(name);
    switch (tensor.dtype) {
      case Dtype::f64:
        return read<double>(tensor);
      case Dtype::f32:
        return read<float>(tensor);
      case Dtype::i64:
        return read<std::int64_t>(tensor);
      case Dtype::i32:
        return read<std::int32_t>(tensor);
      default:
        throw std::runtime_error("unexpected dtype of " + name);
    }
  }
  std::vector<std::int32_t> integers(const std::string& name) const {
    const std::vector<double> numbers = values(name);
    return {numbers.begin(), numbers.end()};
  }

 private:
  const TensorEntry& entry(const std::string& name) const {
    const TensorEntry* tensor = header_.find(name);
    if (tensor == nullptr) throw std::runtime_error("no reference array " + name);
    return *tensor;
  }
  template <class T>
  std::vector<double> read(const TensorEntry& tensor) const {
    std::vector<T> raw((tensor.end - tensor.begin) / sizeof(T));
    std::memcpy(raw.data(), file_.bytes().data() + tensor.begin, raw.size() * sizeof(T));
    return {raw.begin(), raw.end()};
  }

  MappedFile file_;
  SafetensorsHeader header_;
};

}  // namespace integrad::testing
