#include "cli/learning_log.h"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

namespace integrad::cli {
namespace {

double number(const nlohmann::json& json, const char* name) {
  return json.contains(name) && json[name].is_number() ? json[name].get<double>() : NAN;
}

}  // namespace

LearningCurves read_learning_log(const std::filesystem::path& file) {
  LearningCurves curves;
  std::ifstream log(file);
  for (std::string line; std::getline(log, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("step") || !json["step"].is_number_integer()) continue;
    const Index step = json["step"];
    if (json.contains("evaluation")) {
      const auto& found = json["evaluation"];
      curves.evaluations.push_back({step, number(found, "loss"), number(found, "accuracy")});
    } else {
      curves.training.push_back({step, number(json, "loss"), number(json, "accuracy")});
    }
  }
  return curves;
}

}  // namespace integrad::cli
