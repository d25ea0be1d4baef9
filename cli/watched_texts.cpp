#include "cli/watched_texts.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "integrad/attribution/text_classifier.h"
#include "integrad/base/atomic_file.h"
#include "integrad/base/error.h"
#include "integrad/render/html.h"
#include "integrad/render/json.h"
#include "integrad/render/learning.h"
#include "integrad/training/save.h"

namespace integrad::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_classes = 8;  // of which each is explained

/// A line of watched.jsonl.
struct Line {
  Index step = 0;
  std::size_t text = 0;
  std::string explanation;  // JSON

  static std::optional<Line> of(const std::string& written) {
    const auto json = nlohmann::ordered_json::parse(written, nullptr, false);
    if (!json.is_object() || !json.contains("explanation")) return {};
    return Line{json.value("step", Index{0}), json.value("text", std::size_t{0}),
                json["explanation"].dump()};
  }
};

/// The last column's prediction is what all columns are about.
std::vector<WatchedStep> of_last_prediction(const std::vector<WatchedStep>& all) {
  std::vector<WatchedStep> chosen;
  if (all.empty()) return chosen;
  const Index target = all.back().explanation.predicted_id;
  for (const WatchedStep& one : all) {
    if (one.explanation.target_id == target) chosen.push_back(one);
  }
  return chosen;
}

}  // namespace

WatchedTexts::WatchedTexts(std::vector<std::string> texts, fs::path folder,
                           const ComputeOptions& compute, Index done)
    : folder_(std::move(folder)), compute_(compute) {
  for (std::string& text : texts) texts_.push_back({std::move(text), {}});
  std::string kept;
  std::ifstream former(log());
  for (std::string line; std::getline(former, line);) {
    if (const auto known = Line::of(line); known && known->step <= done) kept += line + "\n";
  }
  former.close();
  std::error_code error;
  fs::remove(log(), error);
  if (texts_.empty() || kept.empty()) return;
  AtomicFile file(log());
  file.stream() << kept;
  file.commit();
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
    card_ = model.card(false);
    card_.path = folder_.string();
    if (card_.labels.size() <= most_classes) options.target = "all";
    settings_ = explainer.settings(options);
    std::ofstream log(this->log(), std::ios::app);
    for (std::size_t text = 0; text < texts_.size(); ++text) {
      for (const Explanation& one : explainer.explain(std::span(&texts_[text], 1), options)) {
        std::string line = render_jsonl(one);
        while (line.ends_with('\n')) line.pop_back();
        log << "{\"step\": " << step << ", \"text\": " << text << ", \"explanation\": " << line
            << "}\n";
      }
    }
    log.flush();
    if (!log) throw UsageError("cannot write " + this->log().string() + "; is the disk full?");
  }
  fs::remove_all(current, error);
}

void WatchedTexts::finish() const {
  if (texts_.empty() || settings_.layer.empty()) return;
  std::vector<std::vector<WatchedStep>> steps(texts_.size());
  std::ifstream log(this->log());
  for (std::string written; std::getline(log, written);) {
    const auto line = Line::of(written);
    if (!line || line->text >= steps.size()) continue;
    const std::string document = render_jsonl_header(card_, settings_) + line->explanation + "\n";
    steps[line->text].push_back({line->step, parse_json(document).explanations.at(0)});
  }
  HtmlOptions html;
  html.title = "Explanations while the model learned";
  AtomicFile file(folder_ / "watched.html");
  file.stream() << html_head(card_, settings_, html) << watched_table_style();
  for (const auto& all : steps) {
    file.stream() << watched_table_html(of_last_prediction(all), card_);
  }
  for (std::size_t text = 0; text < steps.size(); ++text) {
    const auto chosen = of_last_prediction(steps[text]);
    if (chosen.empty()) continue;
    file.stream() << html_card(chosen.back().explanation, card_, static_cast<Index>(text) + 1);
  }
  file.stream() << html_foot();
  file.commit();
}

}  // namespace integrad::cli
