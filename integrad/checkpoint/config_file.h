// config.json of a checkpoint: typed reads with errors that name the file, the field, what was
// expected and what was found. No JSON type leaves this folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integrad/base/matrix.h"

namespace integrad {

/// Const and thread-safe after `load`. A field below others is named with dots: "a.b" is member b
/// of the object a.
class ConfigFile {
 public:
  /// Reads DIRECTORY/config.json. Throws CheckpointError: missing file, JSON fault with position.
  static ConfigFile load(const std::filesystem::path& checkpoint_directory);
  /// The same from the text of a config.json; `file` is for messages.
  static ConfigFile parse(std::string_view text, const std::filesystem::path& file);
  ConfigFile(ConfigFile&&) noexcept;
  ConfigFile& operator=(ConfigFile&&) noexcept;
  ~ConfigFile();

  /// True when the field is there, even if null.
  bool names(std::string_view field) const;
  /// True when the field is there and not null.
  bool contains(std::string_view field) const;
  /// An integer in [lowest, highest]; the fallback when the field is absent or null. Without a
  /// fallback an absent field is an error. Throws CheckpointError on another type or range.
  Index integer(std::string_view field, Index lowest, Index highest,
                std::optional<Index> fallback = std::nullopt) const;
  double number(std::string_view field, std::optional<double> fallback = std::nullopt) const;
  bool boolean(std::string_view field, bool fallback) const;
  std::string string(std::string_view field, std::optional<std::string> fallback = {}) const;
  /// A list of strings; one string is a list of one; empty when the field is absent or null.
  std::vector<std::string> strings(std::string_view field) const;
  /// First entry of `architectures`; "" when there is none.
  std::string architecture() const;
  /// Label names ordered by the integer value of id2label's keys, which must be 0 … n−1; when
  /// id2label is absent "LABEL_0" … for num_labels (2 when absent too).
  std::vector<std::string> labels() const;
  const std::filesystem::path& path() const;

 private:
  struct Parts;
  explicit ConfigFile(std::unique_ptr<Parts>);
  std::unique_ptr<Parts> parts_;
};

}  // namespace integrad
