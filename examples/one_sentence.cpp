// Which words of a sentence carried the prediction? On the terminal, then as JSON.
//   one_sentence models/imdb-minilm "I love you, I like you"
#include <exception>
#include <iostream>

#include "integrad/integrad.h"

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "usage: one_sentence MODEL SENTENCE\n";
    return 2;
  }
  try {
    const auto classifier = integrad::TextClassifier::load(arguments[1]);
    integrad::Explainer explainer(classifier);
    const integrad::Explanation explanation = explainer.explain(arguments[2]);
    std::cout << integrad::render_terminal(explanation) << '\n';

    integrad::ExplanationDocument document;
    document.model = classifier.card(false);
    document.settings = explainer.settings({});
    document.explanations = {explanation};
    std::cout << integrad::render_json(document);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
