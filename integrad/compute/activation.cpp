#include "integrad/compute/activation.h"

#include <array>
#include <string>
#include <utility>

#include "integrad/base/error.h"

namespace integrad {
namespace {

constexpr std::array<std::pair<std::string_view, Activation>, 14> names{{
    {"gelu", Activation::gelu},
    {"gelu_python", Activation::gelu},
    {"gelu_new", Activation::gelu_tanh},
    {"gelu_pytorch_tanh", Activation::gelu_tanh},
    {"gelu_fast", Activation::gelu_tanh},
    {"quick_gelu", Activation::quick_gelu},
    {"gelu_10", Activation::gelu_10},
    {"relu", Activation::relu},
    {"silu", Activation::silu},
    {"swish", Activation::silu},
    {"mish", Activation::mish},
    {"tanh", Activation::tanh},
    {"sigmoid", Activation::sigmoid},
    {"linear", Activation::linear},
}};

}  // namespace

Activation parse_activation(std::string_view name) {
  std::string known;
  for (const auto& [spelling, activation] : names) {
    if (spelling == name) return activation;
    known += (known.empty() ? "" : ", ") + std::string(spelling);
  }
  throw UnsupportedModel("unknown activation function \"" + std::string(name) +
                         "\"; built here: " + known);
}

}  // namespace integrad
