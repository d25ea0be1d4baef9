#include "cli/prediction_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>

#include "cli/table.h"
#include "integrad/render/visible_text.h"

namespace integrad::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string compact(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json windows_of(const Prediction& prediction) {
  Json windows = Json::array();
  for (const TextWindow& window : prediction.windows) {
    windows.push_back({{"first_token", window.first_token},
                       {"last_token", window.last_token},
                       {"probabilities", window.probabilities},
                       {"logits", window.logits}});
  }
  return windows;
}

Json json_of(const Prediction& prediction) {
  return {{"text", prediction.text},
          {"text_pair", prediction.text_pair ? Json(*prediction.text_pair) : Json(nullptr)},
          {"predicted", prediction.predicted},
          {"predicted_id", prediction.predicted_id},
          {"predicted_ids", prediction.predicted_ids},
          {"probabilities", prediction.probabilities},
          {"logits", prediction.logits},
          {"truncated_tokens", prediction.truncated_tokens},
          {"windows", windows_of(prediction)}};
}

/// {"schema":…,"model":…}
std::string header_of(const ModelCard& model) {
  return compact({{"schema", "integrad/predictions/1"},
                  {"model",
                   {{"path", model.path},
                    {"family", model.family},
                    {"labels", model.labels},
                    {"sha256", model.sha256}}}});
}

std::string shortest(double value) {
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), result.ptr};
}

std::string fixed(double value) {
  std::array<char, 64> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                    std::chars_format::fixed, 4);
  return {buffer.data(), result.ptr};
}

std::string csv_header_of(const ModelCard& model) {
  std::string header = "text,text_pair,predicted,predicted_id";
  for (const std::string& label : model.labels) header += "," + csv_field("probability " + label);
  for (const std::string& label : model.labels) header += "," + csv_field("logit " + label);
  return header + ",truncated_tokens,predicted_labels,windows\n";
}

/// "joy|love" where several labels hold at once.
std::string labels_of(const Prediction& prediction, const ModelCard& model,
                      std::string_view between) {
  std::string labels;
  for (const Index id : prediction.predicted_ids) {
    if (!labels.empty()) labels += between;
    labels += model.labels[static_cast<std::size_t>(id)];
  }
  return labels;
}

std::string csv_row(const Prediction& prediction, const ModelCard& model) {
  std::string row = csv_field(prediction.text) + "," +
                    csv_field(prediction.text_pair.value_or("")) + "," +
                    csv_field(prediction.predicted) + "," + std::to_string(prediction.predicted_id);
  for (const double probability : prediction.probabilities) row += "," + shortest(probability);
  for (const double logit : prediction.logits) row += "," + shortest(logit);
  return row + "," + std::to_string(prediction.truncated_tokens) + "," +
         csv_field(labels_of(prediction, model, "|")) + "," +
         std::to_string(std::max<std::size_t>(1, prediction.windows.size())) + "\n";
}

/// A line: the predicted labels, the probabilities of the likeliest classes (of few: of all, in
/// their order), the start of the text.
std::string table_row(const Prediction& prediction, const ModelCard& model) {
  constexpr std::size_t few = 5, most = 3;
  const std::vector<double>& probabilities = prediction.probabilities;
  std::vector<std::size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.size() > few) {
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return probabilities[a] > probabilities[b];
    });
  }
  const std::size_t shown = order.size() > few ? most : order.size();
  const std::string labels = labels_of(prediction, model, ", ");
  std::string row = visible_text(labels.empty() ? "no label" : labels, Lines::show);
  for (std::size_t rank = 0; rank < shown; ++rank) {
    row += (rank == 0 ? "  (" : ", ") + visible_text(model.labels[order[rank]], Lines::show) + " " +
           fixed(probabilities[order[rank]]);
  }
  if (shown < order.size()) row += ", " + std::to_string(order.size() - shown) + " less";
  row += ")  " + start_of(prediction.text, 60);
  if (prediction.text_pair) row += " | " + start_of(*prediction.text_pair, 40);
  if (!prediction.windows.empty()) {
    row += "  [" + std::to_string(prediction.windows.size()) + " windows]";
  }
  return row + "\n";
}

}  // namespace

void PredictionWriter::begin() {
  if (begun_) return;
  begun_ = true;
  const std::string header = header_of(model_);
  if (format_ == Format::jsonl) output_.write(header + "\n");
  if (format_ == Format::json) {
    output_.write(header.substr(0, header.size() - 1) + ",\"predictions\":[");
  }
  if (format_ == Format::csv) output_.write(csv_header_of(model_));
}

void PredictionWriter::write(const Prediction& prediction) {
  begin();
  if (format_ == Format::jsonl) output_.write(compact(json_of(prediction)) + "\n");
  if (format_ == Format::json) {
    output_.write((count_ > 0 ? ",\n" : "\n") + compact(json_of(prediction)));
  }
  if (format_ == Format::csv) output_.write(csv_row(prediction, model_));
  if (format_ == Format::terminal) output_.write(table_row(prediction, model_));
  ++count_;
}

void PredictionWriter::finish() {
  begin();
  if (format_ == Format::json) output_.write("\n]}\n");
}

}  // namespace integrad::cli
