#include "integrad/hub/needed_files.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "integrad/hub/hub_error.h"

namespace integrad {
namespace {

constexpr const char* config_file = "config.json";

/// In the order in which checkpoint/ looks for them.
constexpr std::array<const char*, 6> weight_files{
    "model.safetensors", "model.safetensors.index.json",
    "pytorch_model.bin", "pytorch_model.bin.index.json",
    "tf_model.h5",       "tf_model.h5.index.json"};

/// Vocabularies; with the first one there, the others are not read.
constexpr std::array<const char*, 7> vocabulary_files{
    "tokenizer.json",         "vocab.txt", "vocab.json", "merges.txt", "spiece.model", "spm.model",
    "sentencepiece.bpe.model"};

/// What stands beside every vocabulary.
constexpr std::array<const char*, 3> settings_files{"tokenizer_config.json",
                                                    "special_tokens_map.json", "added_tokens.json"};

/// Not read here, but by others that share the cache.
constexpr std::array<const char*, 4> other_files{"tokenizer.model", "bpe.codes", "dict.txt",
                                                 "bpe.vocab"};

template <class Function>
void for_each_tokenizer_file(Function function) {
  std::for_each(vocabulary_files.begin(), vocabulary_files.end(), function);
  std::for_each(settings_files.begin(), settings_files.end(), function);
  std::for_each(other_files.begin(), other_files.end(), function);
}

/// The shards of an index in a snapshot; none when it is malformed, which its reader will tell.
std::set<std::string> cached_shards(const std::filesystem::path& index) {
  std::ifstream stream(index, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  try {
    return shards_of(text, index.string());
  } catch (const HubError&) {
    return {};
  }
}

/// The first kind of weights in the snapshot counts, as it will be the one that is opened.
std::string lacking_weights(const CacheFolder& cache, const std::string& commit) {
  for (const char* file : weight_files) {
    if (cache.presence(commit, file) != Presence::present) continue;
    if (!is_shard_index(file)) return "";
    for (const std::string& shard : cached_shards(cache.snapshot(commit) / file)) {
      if (cache.presence(commit, shard) != Presence::present) return shard;
    }
    return "";
  }
  return "weights (model.safetensors, pytorch_model.bin or tf_model.h5)";
}

}  // namespace

bool is_shard_index(std::string_view file) { return file.ends_with(".index.json"); }

SnapshotState look_into(const CacheFolder& cache, const std::string& commit, HubNeed need) {
  const auto presence = [&](const char* file) { return cache.presence(commit, file); };
  const auto known = [&](const char* file) { return presence(file) != Presence::unknown; };
  const bool vocabulary =
      std::any_of(vocabulary_files.begin(), vocabulary_files.end(),
                  [&](const char* file) { return presence(file) == Presence::present; });
  SnapshotState state;
  if (!vocabulary) state.lacking = "tokenizer files (tokenizer.json, vocab.txt, …)";
  if (need == HubNeed::model) {
    if (presence(config_file) != Presence::present) state.lacking = config_file;
    if (state.lacking.empty()) state.lacking = lacking_weights(cache, commit);
  }
  state.usable = state.lacking.empty();
  const bool one_vocabulary = presence(vocabulary_files[0]) == Presence::present ||
                              std::all_of(vocabulary_files.begin(), vocabulary_files.end(), known);
  state.complete = state.usable && one_vocabulary && known(config_file) &&
                   std::all_of(settings_files.begin(), settings_files.end(), known);
  return state;
}

std::vector<std::string> needed_files(const std::string& model, const std::set<std::string>& listed,
                                      HubNeed need) {
  std::vector<std::string> files;
  const auto add = [&](const char* file) {
    const bool there = listed.contains(file);
    if (there) files.emplace_back(file);
    return there;
  };
  if (!add(config_file) && need == HubNeed::model) {
    throw HubError(HubFailure::file_not_found,
                   model + " has no config.json; is it a model of transformers?");
  }
  for_each_tokenizer_file(add);
  if (need == HubNeed::model && std::none_of(weight_files.begin(), weight_files.end(), add)) {
    throw HubError(HubFailure::file_not_found,
                   model +
                       " has no weights that are read here (model.safetensors, "
                       "pytorch_model.bin or tf_model.h5, whole or in shards)");
  }
  if (files.empty()) {
    throw HubError(HubFailure::file_not_found, model + " has none of the files of a tokenizer");
  }
  return files;
}

std::vector<std::string> absent_files(const std::set<std::string>& listed, HubNeed need) {
  std::vector<std::string> files;
  const auto add = [&](const char* file) {
    if (!listed.contains(file)) files.emplace_back(file);
  };
  add(config_file);
  for_each_tokenizer_file(add);
  if (need == HubNeed::model) std::for_each(weight_files.begin(), weight_files.end(), add);
  return files;
}

std::set<std::string> shards_of(std::string_view index, const std::string& where) {
  const auto fail = [&](const std::string& what) {
    throw HubError(HubFailure::bad_answer, where + ": " + what);
  };
  const auto root = nlohmann::json::parse(index, nullptr, false);
  if (!root.is_object() || !root.contains("weight_map") || !root["weight_map"].is_object()) {
    fail("no object \"weight_map\" of tensor names and file names");
  }
  std::set<std::string> shards;
  for (const auto& file : root["weight_map"]) {
    const auto* name = file.get_ptr<const std::string*>();
    if (name == nullptr || !is_safe_relative_path(*name) || name->find('/') != std::string::npos) {
      fail("a tensor is not given a plain file name");
    } else {
      shards.insert(*name);
    }
  }
  if (shards.empty()) fail("\"weight_map\" names no file");
  return shards;
}

std::int64_t size_limit(std::string_view file) {
  constexpr std::int64_t mebibyte = 1 << 20, gibibyte = 1 << 30, tebibyte = gibibyte << 10;
  // What the readers of these files take; a terabyte of weights is more than any model has.
  if (is_shard_index(file) || file == config_file) return 32 * mebibyte;
  bool of_tokenizer = false;
  for_each_tokenizer_file([&](const char* name) { of_tokenizer = of_tokenizer || file == name; });
  if (of_tokenizer) return gibibyte;
  return tebibyte;
}

}  // namespace integrad
