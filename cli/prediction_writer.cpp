#include "cli/prediction_writer.h"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/table.h"
#include "integrad/render/visible_text.h"

namespace integrad::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string compact(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json json_of(const Prediction& prediction) {
  return {{"text", prediction.text},
          {"text_pair", prediction.text_pair ? Json(*prediction.text_pair) : Json(nullptr)},
          {"predicted", prediction.predicted},
          {"predicted_id", prediction.predicted_id},
          {"probabilities", prediction.probabilities},
          {"logits", prediction.logits},
          {"truncated_tokens", prediction.truncated_tokens}};
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
  return header + ",truncated_tokens\n";
}

std::string csv_row(const Prediction& prediction) {
  std::string row = csv_field(prediction.text) + "," +
                    csv_field(prediction.text_pair.value_or("")) + "," +
                    csv_field(prediction.predicted) + "," + std::to_string(prediction.predicted_id);
  for (const double probability : prediction.probabilities) row += "," + shortest(probability);
  for (const double logit : prediction.logits) row += "," + shortest(logit);
  return row + "," + std::to_string(prediction.truncated_tokens) + "\n";
}

/// A line: the predicted label, the probability of every class, the start of the text.
std::string table_row(const Prediction& prediction, const ModelCard& model) {
  std::string row = visible_text(prediction.predicted, Lines::show);
  for (std::size_t c = 0; c < prediction.probabilities.size(); ++c) {
    row += (c == 0 ? "  (" : ", ") + visible_text(model.labels[c], Lines::show) + " " +
           fixed(prediction.probabilities[c]);
  }
  row += ")  " + start_of(prediction.text, 60);
  if (prediction.text_pair) row += " | " + start_of(*prediction.text_pair, 40);
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
  if (format_ == Format::csv) output_.write(csv_row(prediction));
  if (format_ == Format::terminal) output_.write(table_row(prediction, model_));
  ++count_;
}

void PredictionWriter::finish() {
  begin();
  if (format_ == Format::json) output_.write("\n]}\n");
}

}  // namespace integrad::cli
