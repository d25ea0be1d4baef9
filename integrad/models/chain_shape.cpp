#include "integrad/models/chain_shape.h"

namespace integrad {
namespace {

/// f.template operator()<B>() with the kind of block that the configuration has.
template <class F>
auto with_kind(const ModelConfig& config, F&& f) {
  return std::visit(
      [&]<class O>(const O&) { return f.template operator()<typename O::template Layer<float>>(); },
      config.block);
}

}  // namespace

Index columns_at(const ModelConfig& config, Cut cut) {
  if (cut == Cut::word_embeddings) return config.word_size;
  return cut == Cut::embeddings ? config.embeddings_size : config.hidden_size;
}

bool can_lift(const ModelConfig& config, Cut cut) {
  if (cut == Cut::word_embeddings || first_block(cut) >= config.blocks) return false;
  return with_kind(config, []<class B>() { return Lifts<B>; });
}

Index lifted_columns(const ModelConfig& config) {
  return with_kind(config, [&]<class B>() -> Index {
    if constexpr (Lifts<B>) return B::lifted_columns(config.block_sizes());
    return 0;
  });
}

bool can_leave_first(const ModelConfig& config) {
  return config.pooling.summary == Summary::first &&
         with_kind(config, []<class B>() { return LeavesFirst<B>; });
}

BlockUse use_of_block(const ModelConfig& config, Cut cut, const ChainOptions& options, Index k) {
  BlockUse use;
  use.lifted = options.lifted && k == first_block(cut);
  use.first = options.only_first_rows && k + 1 == config.blocks && can_leave_first(config);
  return use;
}

bool projects(const ModelConfig& config, Cut cut, const ChainOptions& options) {
  return config.projection && cut <= Cut::embeddings && !options.lifted;
}

}  // namespace integrad
