// Reads the models of a tokenizer.json.
#include <limits>

#include "integrad/base/error.h"
#include "integrad/text/component_json.h"

namespace integrad {
namespace {

// Old files leave the type out.
std::string model_type(const JsonField& field) {
  if (const auto type = field.find("type")) return type->as_string();
  if (field.find("merges")) return "BPE";
  if (field.find("continuing_subword_prefix")) return "WordPiece";
  const auto vocabulary = field.find("vocab");
  return vocabulary && vocabulary->value().array() != nullptr ? "Unigram" : "WordLevel";
}

WordPiece read_wordpiece(const JsonField& field) {
  WordPiece model;
  model.unknown_token = field.at("unk_token").as_string();
  model.continuing_prefix = field.at("continuing_subword_prefix").as_string();
  model.longest_word = read_count(field.at("max_input_chars_per_word"));
  model.vocabulary = read_piece_ids(field.at("vocab"));
  return model;
}

// ["a", "b"] or "a b"; false for a version line of merges.txt.
bool read_merge(const JsonTree& value, const JsonField& merges, std::string_view& left,
                std::string_view& right) {
  if (const std::string* text = value.string()) {
    const std::string_view line = *text;
    if (line.starts_with("#version")) return false;
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos) {
      merges.fail("expected two pieces with one space between, found \"" + shown(line) + "\"");
    }
    left = line.substr(0, space);
    right = line.substr(space + 1);
    return true;
  }
  const JsonTree::Array* pair = value.array();
  if (pair == nullptr || pair->size() != 2 || (*pair)[0].string() == nullptr ||
      (*pair)[1].string() == nullptr) {
    merges.fail("expected pairs of pieces");
  }
  left = *(*pair)[0].string();
  right = *(*pair)[1].string();
  return true;
}

Bpe read_bpe(const JsonField& field) {
  if (const auto dropout = field.find("dropout"); dropout && dropout->as_number() != 0) {
    dropout->fail("dropout makes tokens random and cannot be used; set it to null");
  }
  Bpe model;
  model.vocabulary = read_piece_ids(field.at("vocab"));
  if (const auto unknown = field.find("unk_token")) model.unknown_token = unknown->as_string();
  model.continuing_prefix = field.string_or("continuing_subword_prefix", "");
  model.end_suffix = field.string_or("end_of_word_suffix", "");
  model.fuse_unknown = field.bool_or("fuse_unk", false);
  model.byte_fallback = field.bool_or("byte_fallback", false);
  model.ignore_merges = field.bool_or("ignore_merges", false);
  const JsonField merges = field.at("merges");
  model.merges.reserve(merges.as_array().size());
  std::uint32_t rank = 0;
  for (const JsonTree& value : merges.as_array()) {
    std::string_view left, right;
    if (!read_merge(value, merges, left, right)) continue;
    try {
      model.add_merge(left, right, rank++);
    } catch (const TokenizerError& error) {
      merges.fail(error.what());
    }
  }
  model.prepare();
  return model;
}

Unigram read_unigram(const JsonField& field) {
  Unigram model;
  const JsonField vocabulary = field.at("vocab");
  const JsonTree::Array& entries = vocabulary.as_array();
  std::size_t bytes = 0;
  for (std::size_t k = 0; k < entries.size(); ++k) {
    const JsonTree::Array* entry = entries[k].array();
    if (entry == nullptr || entry->size() != 2 || (*entry)[0].string() == nullptr) {
      vocabulary.element(k).fail("expected a piece and its score");
    }
    bytes += (*entry)[0].string()->size();
  }
  if (entries.size() >= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    vocabulary.fail("has too many pieces");
  }
  model.vocabulary.reserve(entries.size(), bytes);
  model.scores.reserve(entries.size());
  for (std::size_t k = 0; k < entries.size(); ++k) {
    const JsonTree::Array& entry = *entries[k].array();
    model.vocabulary.add(*entry[0].string(), static_cast<std::int32_t>(k));
    const auto* whole = std::get_if<std::int64_t>(&entry[1].value);
    const auto* number = std::get_if<double>(&entry[1].value);
    model.scores.push_back(whole    ? static_cast<double>(*whole)
                           : number ? *number
                                    : vocabulary.element(k).element(1).as_number());
  }
  if (const auto id = field.find("unk_id")) model.unknown_id = id->as_id();
  model.byte_fallback = field.bool_or("byte_fallback", false);
  try {
    model.prepare();
  } catch (const TokenizerError& error) {
    field.fail(error.what());
  }
  return model;
}

}  // namespace

Vocabulary read_piece_ids(const JsonField& field) {
  const JsonTree::Object& members = field.as_object();
  std::size_t bytes = 0;
  for (const JsonTreeMember& member : members) bytes += member.key.size();
  Vocabulary vocabulary;
  vocabulary.reserve(members.size(), bytes);
  for (const JsonTreeMember& member : members) {
    const auto* id = std::get_if<std::int64_t>(&member.value.value);
    if (id == nullptr || *id < 0 || *id >= std::numeric_limits<std::int32_t>::max()) {
      // Names the piece and says what is wrong with it.
      JsonField(member.value, field.file(), "vocab['" + shown(member.key) + "']").as_id();
    }
    vocabulary.add(member.key, static_cast<std::int32_t>(*id));
  }
  return vocabulary;
}

Model read_model(const JsonField& field) {
  const std::string type = model_type(field);
  if (type == "WordPiece") return {read_wordpiece(field)};
  if (type == "BPE") return {read_bpe(field)};
  if (type == "Unigram") return {read_unigram(field)};
  if (type == "WordLevel") {
    WordLevel model;
    model.unknown_token = field.at("unk_token").as_string();
    model.vocabulary = read_piece_ids(field.at("vocab"));
    return {std::move(model)};
  }
  unsupported_component(field, type, "WordPiece, BPE, Unigram and WordLevel");
}

}  // namespace integrad
