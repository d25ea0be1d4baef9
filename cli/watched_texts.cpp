#include "cli/watched_texts.h"

#include <fstream>

#include "integrad/attribution/text_classifier.h"
#include "integrad/base/atomic_file.h"
#include "integrad/base/error.h"
#include "integrad/render/html.h"
#include "integrad/render/json.h"
#include "integrad/training/save.h"

namespace integrad::cli {

namespace fs = std::filesystem;

WatchedTexts::WatchedTexts(std::vector<std::string> texts, fs::path folder,
                           const ComputeOptions& compute)
    : folder_(std::move(folder)), compute_(compute) {
  for (std::string& text : texts) texts_.push_back({std::move(text), {}});
}

void WatchedTexts::explain(TrainableClassifier<float>& classifier, const fs::path& source,
                           Index step) {
  if (texts_.empty()) return;
  const fs::path current = folder_ / "watched_model";
  std::error_code error;
  fs::create_directories(current, error);
  save_classifier(current, source, classifier);
  {
    const auto model = TextClassifier::load(current);
    Explainer explainer(model, compute_);
    ExplainOptions options;
    const ModelCard card = model.card(false);
    if (head_.empty()) {
      HtmlOptions html;
      html.title = "Explanations while the model learned";
      head_ = html_head(card, explainer.settings(options), html);
    }
    cards_ += "<h2>After " + std::to_string(step) + " steps</h2>\n";
    std::ofstream log(folder_ / "watched.jsonl", std::ios::app);
    for (const Explanation& explanation : explainer.explain(texts_, options)) {
      cards_ += html_card(explanation, card, ++count_);
      std::string line = render_jsonl(explanation);
      while (line.ends_with('\n')) line.pop_back();
      log << "{\"step\": " << step << ", \"explanation\": " << line << "}\n";
    }
    log.flush();
    if (!log) throw UsageError("cannot write " + (folder_ / "watched.jsonl").string());
  }
  fs::remove_all(current, error);
}

void WatchedTexts::finish() const {
  if (head_.empty()) return;
  AtomicFile file(folder_ / "watched.html");
  file.stream() << head_ << cards_ << html_foot();
  file.commit();
}

}  // namespace integrad::cli
