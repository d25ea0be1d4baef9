#include "integrad/text/model.h"

namespace integrad {

const Vocabulary& Model::vocabulary() const {
  return std::visit([](const auto& model) -> const Vocabulary& { return model.vocabulary; }, kind);
}

Vocabulary& Model::vocabulary() {
  return std::visit([](auto& model) -> Vocabulary& { return model.vocabulary; }, kind);
}

void Model::tokenize(NormalizedSpan word, std::ptrdiff_t word_number, ModelScratch& scratch,
                     std::vector<TextToken>& tokens) const {
  struct Tokenize {
    NormalizedSpan word;
    std::ptrdiff_t number;
    ModelScratch& scratch;
    std::vector<TextToken>& tokens;

    void operator()(const WordPiece& model) const {
      model.tokenize(word, number, scratch.wordpiece, tokens);
    }
    void operator()(const Bpe& model) const { model.tokenize(word, number, scratch.bpe, tokens); }
    void operator()(const Unigram& model) const {
      model.tokenize(word, number, scratch.unigram, tokens);
    }
    void operator()(const WordLevel& model) const { model.tokenize(word, number, tokens); }
  };
  std::visit(Tokenize{word, word_number, scratch, tokens}, kind);
}

}  // namespace integrad
