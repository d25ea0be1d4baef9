// The path may start at any layer, and every class may be explained: one line a word, one column a
// class. At deeper layers a row mixes all tokens, so the scores tell what the layer's rows carry.
//   from_a_layer models/imdb-minilm layer.2 "I love you, I like you"
#include <exception>
#include <iostream>
#include <vector>

#include "integrad/integrad.h"

int main(int count, char** arguments) {
  if (count != 4) {
    std::cerr << "usage: from_a_layer MODEL LAYER SENTENCE\n";
    return 2;
  }
  try {
    const auto classifier = integrad::TextClassifier::load(arguments[1]);
    integrad::Explainer explainer(classifier);
    integrad::ExplainOptions options;
    options.layer = arguments[2];
    options.target = "all";
    const std::vector<integrad::TextInput> texts = {{arguments[3], {}}};
    const std::vector<integrad::Explanation> classes = explainer.explain(texts, options);

    for (const auto& explanation : classes) std::cout << explanation.target << '\t';
    std::cout << "word\n";
    for (std::size_t w = 0; w < classes.front().words.size(); ++w) {
      for (const auto& explanation : classes) {
        std::cout << explanation.words[w].attribution << '\t';
      }
      std::cout << classes.front().words[w].text << '\n';
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
