// The element-wise functions that Hugging Face configurations name in `hidden_act`.
#pragma once

#include <string_view>

namespace integrad {

/// Formulas in docs/mathematics.md; names as in transformers' ACT2FN.
enum class Activation {
  gelu,        // x Φ(x), also "gelu_python"
  gelu_tanh,   // "gelu_new", "gelu_pytorch_tanh", "gelu_fast": the tanh approximation
  quick_gelu,  // x σ(1.702 x)
  gelu_10,     // gelu clipped to [−10, 10]
  relu,
  silu,  // x σ(x), also "swish"
  mish,  // x tanh(log(1 + eˣ))
  tanh,
  sigmoid,
  linear,
};

/// Throws UnsupportedModel naming the function and those that are built.
Activation parse_activation(std::string_view name);

}  // namespace integrad
