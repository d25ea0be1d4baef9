// Collects the entries of a safetensors header from JSON events, so that memory stays in
// proportion to what is kept. Checks types and duplicates; the offsets are checked afterwards.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "integrad/checkpoint/dtype.h"
#include "integrad/checkpoint/json_reader.h"

namespace integrad {

/// One tensor as the header says it, not yet checked against the file.
struct RawEntry {
  std::string name;
  Dtype dtype = Dtype::f32;
  std::vector<std::uint64_t> shape;
  std::uint64_t begin = 0;  // bytes [begin, end) of the data
  std::uint64_t end = 0;
};

/// For `read_json`. Throws CheckpointError from any event that the format does not allow.
class SafetensorsEvents final : public JsonEvents {
 public:
  explicit SafetensorsEvents(const std::filesystem::path& file) : file_(file) {}

  void begin_object() override;
  void key(std::string&& name) override;
  void end_object() override;
  void begin_array() override;
  void end_array() override;
  void scalar(JsonScalar&& value) override;

  std::vector<RawEntry> entries;  // in the order of the header
  std::map<std::string, std::string> metadata;

 private:
  enum class Place { outside, root, entry, numbers, metadata, ignored };

  [[noreturn]] void fail_field(const std::string& expected) const;
  void begin_entry();
  void end_entry();

  const std::filesystem::path& file_;
  Place place_ = Place::outside;
  int ignored_levels_ = 0;  // inside a field that the format does not know
  bool metadata_seen_ = false;
  std::string key_;   // of the innermost object that is not ignored
  std::string name_;  // of the current tensor, and its fields so far
  std::optional<Dtype> dtype_;
  std::optional<std::vector<std::uint64_t>> shape_;
  std::optional<std::vector<std::uint64_t>> data_offsets_;
};

}  // namespace integrad
