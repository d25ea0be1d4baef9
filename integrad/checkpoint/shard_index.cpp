#include "integrad/checkpoint/shard_index.h"

#include "integrad/checkpoint/json_value.h"
#include "integrad/checkpoint/message.h"

namespace integrad {
namespace {

bool is_plain_file_name(std::string_view name) {
  return !name.empty() && name != "." && name.find("..") == std::string_view::npos &&
         name.find_first_of(std::string_view("/\\\0", 3)) == std::string_view::npos;
}

std::map<std::string, std::string> weight_map(const JsonValue& root,
                                              const std::filesystem::path& file) {
  const JsonValue* found = root.find("weight_map");
  const auto* members = found == nullptr ? nullptr : found->as<JsonValue::Object>();
  if (members == nullptr) {
    fail_checkpoint(file, "field \"weight_map\" must be an object of tensor names and file names");
  }
  if (members->empty()) fail_checkpoint(file, "\"weight_map\" names no tensor");
  std::map<std::string, std::string> shards;
  for (const JsonMember& member : *members) {
    const auto* shard = member.value.as<std::string>();
    if (shard == nullptr || !is_plain_file_name(*shard)) {
      fail_checkpoint(file, "tensor " + in_quotes(member.name) +
                                " must be given a file name without folders, found " +
                                member.value.description());
    }
    shards.emplace(member.name, *shard);
  }
  return shards;
}

}  // namespace

std::map<std::string, std::string> parse_shard_index(std::string_view text,
                                                     const std::filesystem::path& file) {
  return weight_map(parse_json(text, file, DuplicateNames::refused), file);
}

std::map<std::string, std::string> load_shard_index(const std::filesystem::path& file) {
  return weight_map(load_json(file, DuplicateNames::refused), file);
}

}  // namespace integrad
