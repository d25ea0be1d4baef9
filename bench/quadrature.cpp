// How far off the token scores of quadrature rules are, text by text, beside a fine one.
// usage: integrad_bench_quadrature MODEL_DIR TEXTS.txt BASELINE MAX_LENGTH RULE[,RULE …]
//
// RULE is auto@TOLERANCE (also exact@ and sampled@, the head so), averaged-N (N nodes, the head
// exact), uniform-N (N nodes with Gregory's corrections at the ends) or a method of integrad
// explain with its number of nodes, such as gausslegendre-50. The truth is uniform-257, or of so
// many nodes as the rule truth-N says. One line of JSON a text: its tokens, and for each rule its
// evaluations and the relative L2 error of its scores; of auto the error it reports, too.
// quadrature.py sums them up.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "integrad/attribution/engine.h"
#include "integrad/attribution/prepared_text.h"
#include "integrad/attribution/target.h"
#include "integrad/integrad.h"

namespace {

using integrad::Index;

constexpr std::size_t texts_at_once = 32;
constexpr Index usual_truth = 257;  // nodes

/// Uniform nodes; Gregory's corrections make the ends of the trapezoid exact to degree 5.
integrad::QuadratureRule uniform(Index nodes) {
  constexpr double ends[] = {95.0 / 288, 317.0 / 240, 23.0 / 30, 793.0 / 720, 157.0 / 160};
  if (nodes < 10) throw std::invalid_argument("uniform-N needs at least 10 nodes");
  integrad::QuadratureRule rule;
  const double width = 1 / static_cast<double>(nodes - 1);
  for (Index i = 0; i < nodes; ++i) {
    const Index from_end = std::min(i, nodes - 1 - i);
    rule.nodes.push_back(static_cast<double>(i) * width);
    rule.weights.push_back(width * (from_end < 5 ? ends[from_end] : 1.0));
  }
  return rule;
}

/// Options that say what a given rule is to the engine.
integrad::ExplainOptions of_rule(Index nodes, integrad::Quadrature method) {
  integrad::ExplainOptions options;
  options.method = method;
  options.n_steps = nodes;
  return options;
}

struct NamedRule {
  std::string name;
  integrad::QuadratureRule rule;
  integrad::ExplainOptions options;
};

NamedRule uniform_rule(Index nodes) {
  return {"uniform-" + std::to_string(nodes), uniform(nodes),
          of_rule(nodes, integrad::Quadrature::trapezoid)};
}

NamedRule named_rule(const std::string& name) {
  NamedRule rule{name, {}, {}};
  const std::size_t at = name.find('@');
  if (name.starts_with("auto@") || name.starts_with("sampled@") || name.starts_with("exact@")) {
    rule.options.method = integrad::Quadrature::automatic;
    rule.options.head = integrad::parse_head_integral(name.substr(0, at));
    rule.options.tolerance = std::stod(name.substr(at + 1));
    return rule;
  }
  const std::size_t dash = name.rfind('-');
  if (dash == std::string::npos) throw std::invalid_argument(name + " is no rule");
  const std::string method = name.substr(0, dash);
  const Index nodes = std::stol(name.substr(dash + 1));
  if (method == "averaged") {
    rule.options = of_rule(nodes, integrad::Quadrature::trapezoid);
    rule.options.head = integrad::HeadIntegral::exact;
    return rule;
  }
  if (method == "uniform") return uniform_rule(nodes);
  const integrad::Quadrature named = integrad::parse_quadrature(method);
  return {name, integrad::make_quadrature(named, nodes), of_rule(nodes, named)};
}

double norm(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum);
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> difference(a);
  for (std::size_t i = 0; i < a.size(); ++i) difference[i] -= b[i];
  return norm(difference);
}

/// The texts' paths for one model and baseline; the predicted class's probability.
class Bench {
 public:
  Bench(const std::string& model, const std::string& baseline, Index max_length)
      : classifier_(integrad::TextClassifier::load(model)),
        engine_(integrad::make_engine(classifier_, {})),
        baseline_(integrad::Baseline::parse(baseline)),
        cut_(integrad::find_layer(classifier_.config(), options_.layer).output) {
    options_.max_length = max_length;
  }

  void add(const std::string& text) {
    auto prepared = integrad::prepare(integrad::TextInput{text, {}}, classifier_, options_);
    integrad::add_baseline(prepared, baseline_, options_.baseline_positions, cut_, classifier_);
    paths_.push_back(std::move(prepared.path));
  }
  std::size_t held() const { return paths_.size(); }

  void measure(const std::vector<NamedRule>& rules, Index nodes_of_truth) {
    const auto truth = sample(uniform_rule(nodes_of_truth));
    std::vector<nlohmann::json> lines(paths_.size());
    for (std::size_t p = 0; p < paths_.size(); ++p) {
      lines[p]["tokens"] = paths_[p].input.sequences.rows();
      const double change = truth[p].value - truth[p].baseline_value;
      lines[p]["size_by_change"] = norm(truth[p].weighted_slopes) / std::abs(change);
    }
    for (const NamedRule& rule : rules) {
      const auto found = sample(rule);
      for (std::size_t p = 0; p < paths_.size(); ++p) {
        const double size = norm(truth[p].weighted_slopes);
        auto& entry = lines[p]["rules"][rule.name];
        entry["evaluations"] = found[p].evaluations;
        entry["error"] = distance(found[p].weighted_slopes, truth[p].weighted_slopes) / size;
        if (rule.options.method != integrad::Quadrature::automatic) continue;
        entry["reported"] = found[p].relative_error;
        entry["converged"] = found[p].converged;
      }
    }
    for (const auto& line : lines) std::printf("%s\n", line.dump().c_str());
    std::fflush(stdout);
    paths_.clear();
  }

 private:
  std::vector<integrad::PathSamples> sample(const NamedRule& rule) {
    const auto link = integrad::link_of(classifier_.config());
    const auto scalar = [&](std::span<const double> logits, Index target, std::span<double> seed) {
      return integrad::evaluate_score(options_.score, link, logits, target, seed);
    };
    const auto choose = [](Index, std::span<const double> logits) {
      return std::vector<Index>{integrad::largest(logits)};
    };
    std::vector<integrad::PathSamples> samples;
    for (auto& targets : engine_->sample(cut_, paths_, rule.rule, scalar, choose, rule.options)) {
      samples.push_back(std::move(targets.front().path));
    }
    return samples;
  }

  integrad::TextClassifier classifier_;
  std::unique_ptr<integrad::Engine> engine_;
  integrad::Baseline baseline_;
  integrad::ExplainOptions options_;
  integrad::Cut cut_;
  std::vector<integrad::TokenPath> paths_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: %s MODEL_DIR TEXTS.txt BASELINE MAX_LENGTH RULE[,RULE …]\n",
                 argv[0]);
    return 1;
  }
  try {
    std::vector<NamedRule> rules;
    Index truth = usual_truth;
    const std::string names = argv[5];
    for (std::size_t start = 0; start < names.size();) {
      const std::size_t end = std::min(names.find(',', start), names.size());
      const std::string name = names.substr(start, end - start);
      if (name.starts_with("truth-")) {
        truth = std::stol(name.substr(6));
      } else {
        rules.push_back(named_rule(name));
      }
      start = end + 1;
    }
    Bench bench(argv[1], argv[3], std::atol(argv[4]));
    std::ifstream file(argv[2]);
    for (std::string line; std::getline(file, line);) {
      if (!line.empty()) bench.add(line);
      if (bench.held() == texts_at_once) bench.measure(rules, truth);
    }
    if (bench.held() > 0) bench.measure(rules, truth);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
