// Reads the post-processors of a tokenizer.json.
#include <algorithm>
#include <map>
#include <string>

#include "integrad/base/error.h"
#include "integrad/text/tokenizer_json.h"

namespace integrad {
namespace {

using SpecialPieces = std::map<std::string, TemplatePiece, std::less<>>;

SpecialPieces read_special_pieces(const JsonField& field) {
  SpecialPieces pieces;
  for (const JsonTreeMember& member : field.as_object()) {
    const JsonField special(member.value, field.file(),
                            "post_processor.special_tokens." + shown(member.key));
    TemplatePiece piece;
    for (const JsonField& id : special.at("ids").elements()) piece.ids.push_back(id.as_id());
    for (const JsonField& token : special.at("tokens").elements()) {
      piece.tokens.push_back(token.as_string());
    }
    if (piece.ids.size() != piece.tokens.size()) {
      special.fail("has " + std::to_string(piece.ids.size()) + " ids but " +
                   std::to_string(piece.tokens.size()) + " tokens");
    }
    pieces.insert_or_assign(member.key, std::move(piece));
  }
  return pieces;
}

TemplatePiece read_piece(const JsonField& field, const SpecialPieces& specials) {
  if (const auto sequence = field.find("Sequence")) {
    const std::string& name = sequence->at("id").as_string();
    if (name != "A" && name != "B") {
      sequence->fail("expected the id \"A\" or \"B\", found \"" + shown(name) + "\"");
    }
    TemplatePiece piece;
    piece.kind = name == "A" ? TemplatePiece::Kind::first_text : TemplatePiece::Kind::second_text;
    piece.type_id = sequence->at("type_id").as_id();
    return piece;
  }
  const JsonField special = field.at("SpecialToken");
  const std::string& name = special.at("id").as_string();
  const auto found = specials.find(name);
  if (found == specials.end()) {
    special.fail("names the special token '" + shown(name) +
                 "', which post_processor.special_tokens does not define");
  }
  TemplatePiece piece = found->second;
  piece.type_id = special.at("type_id").as_id();
  return piece;
}

// Each text must occur as often as `texts` has it: a template that drops or repeats a text would
// make tokens that no longer stand for the user's input.
std::vector<TemplatePiece> read_template(const JsonField& field, const SpecialPieces& specials,
                                         bool pair) {
  std::vector<TemplatePiece> pieces;
  for (const JsonField& piece : field.elements()) pieces.push_back(read_piece(piece, specials));
  const auto first =
      std::ranges::count(pieces, TemplatePiece::Kind::first_text, &TemplatePiece::kind);
  const auto second =
      std::ranges::count(pieces, TemplatePiece::Kind::second_text, &TemplatePiece::kind);
  if (first != 1 || second != (pair ? 1 : 0)) {
    field.fail(pair ? "expected the sequences A and B once each" : "expected the sequence A once");
  }
  return pieces;
}

PostProcessor read_template_processing(const JsonField& field) {
  const SpecialPieces specials = read_special_pieces(field.at("special_tokens"));
  PostProcessor result;
  result.single = read_template(field.at("single"), specials, false);
  result.pair = read_template(field.at("pair"), specials, true);
  return result;
}

// ["[SEP]", 102]
TemplatePiece read_token_and_id(const JsonField& field) {
  TemplatePiece piece;
  piece.tokens.push_back(field.element(0).as_string());
  piece.ids.push_back(field.element(1).as_id());
  return piece;
}

PostProcessor read_bert_processing(const JsonField& field) {
  const TemplatePiece cls = read_token_and_id(field.at("cls"));
  const TemplatePiece sep = read_token_and_id(field.at("sep"));
  TemplatePiece second_sep = sep;
  second_sep.type_id = 1;
  const PostProcessor plain = plain_post_processor();
  return {{cls, plain.pair[0], sep}, {cls, plain.pair[0], sep, plain.pair[1], second_sep}, {}};
}

std::vector<OffsetTrim> read_trims(const JsonField& field) {
  if (!field.bool_or("trim_offsets", true)) return {};
  return {{field.bool_or("add_prefix_space", true)}};
}

PostProcessor read_roberta_processing(const JsonField& field) {
  return roberta_post_processor(read_token_and_id(field.at("cls")),
                                read_token_and_id(field.at("sep")), read_trims(field));
}

PostProcessor read_processor(const JsonField& field, bool nested);

PostProcessor read_sequence(const JsonField& field) {
  PostProcessor result = plain_post_processor();
  bool has_template = false;
  for (const JsonField& processor : field.at("processors").elements()) {
    PostProcessor next = read_processor(processor, true);
    result.trims.insert(result.trims.end(), next.trims.begin(), next.trims.end());
    if (processor.at("type").as_string() == "ByteLevel") continue;
    if (has_template) {
      processor.fail("a second post-processor that adds special tokens; expected one at most");
    }
    has_template = true;
    result.single = std::move(next.single);
    result.pair = std::move(next.pair);
  }
  return result;
}

PostProcessor read_processor(const JsonField& field, bool nested) {
  const std::string& type = field.at("type").as_string();
  if (type == "TemplateProcessing") return read_template_processing(field);
  if (type == "BertProcessing") return read_bert_processing(field);
  if (type == "RobertaProcessing") return read_roberta_processing(field);
  if (type == "Sequence" && !nested) return read_sequence(field);
  if (type == "ByteLevel") {
    PostProcessor result = plain_post_processor();
    result.trims = read_trims(field);
    return result;
  }
  throw UnsupportedModel(field.where() + ": the type '" + shown(type) +
                         "' is not supported; supported: TemplateProcessing, BertProcessing, "
                         "RobertaProcessing, ByteLevel and a Sequence of them");
}

}  // namespace

PostProcessor read_post_processor(const std::optional<JsonField>& field) {
  return field ? read_processor(*field, false) : plain_post_processor();
}

}  // namespace integrad
