// What the tests of this folder share: fixtures, whole tensors, and the text of an error.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/base/error.h"
#include "integrad/checkpoint/weight_files.h"

namespace integrad {

inline std::filesystem::path fixture(const std::string& name) {
  return std::filesystem::path(INTEGRAD_FIXTURES) / name;
}

/// One of the small files that files/make_files.py has written.
inline std::filesystem::path small_file(const std::string& name) {
  return std::filesystem::path(INTEGRAD_CHECKPOINT_FILES) / name;
}

/// The message of the CheckpointError that `action` throws; "no error" when it throws none.
template <class Action>
std::string checkpoint_error(Action&& action) {
  try {
    action();
  } catch (const CheckpointError& error) {
    return error.what();
  }
  return "no error";
}

inline void expect_contains(const std::string& message, std::string_view part) {
  EXPECT_NE(message.find(part), std::string::npos)
      << "expected: " << part << "\nfound:    " << message;
}

/// All numbers of a vector or matrix.
template <class T = float>
std::vector<T> read_all(const WeightFiles& files, const std::string& name) {
  const std::vector<Index> shape = files.shape(name);
  const Index rows = shape.size() == 2 ? shape[0] : 1;
  const Index columns = shape.back();
  std::vector<T> values(static_cast<std::size_t>(rows * columns));
  files.read(name, MatrixView<T>(values.data(), rows, columns));
  return values;
}

/// The bytes of a safetensors file with this header and data; `announced` replaces its length.
inline std::string safetensors_bytes(const std::string& header, const std::string& data = "",
                                     std::uint64_t announced = ~std::uint64_t{0}) {
  const std::uint64_t length = announced == ~std::uint64_t{0} ? header.size() : announced;
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(length >> (8 * i) & 255);
  return bytes + header + data;
}

}  // namespace integrad
