// Blocks of every kind behind one type. The list of kinds is here and nowhere else.
#pragma once

#include <variant>

#include "integrad/layers/deberta_block.h"
#include "integrad/layers/embeddings.h"
#include "integrad/layers/encoder_block.h"
#include "integrad/layers/mobile_block.h"
#include "integrad/layers/mobile_embeddings.h"
#include "integrad/layers/modern_block.h"

namespace integrad {

/// What tells one kind of block, or of embeddings, from another. A kind is an options struct whose
/// `Layer<T>` is the layer: see docs/adding_a_model.md for its members.
using BlockOptions =
    std::variant<EncoderBlockOptions, DebertaBlockOptions, MobileBlockOptions, ModernBlockOptions>;
using AnyEmbeddingsOptions = std::variant<EmbeddingsOptions, MobileEmbeddingsOptions>;

/// For a variant of options, the variants of their layers, and of what a call of those keeps.
template <class T, class Options>
struct LayersOf;
template <class T, class... Options>
struct LayersOf<T, std::variant<Options...>> {
  using Layer = std::variant<typename Options::template Layer<T>...>;
  using Trace = std::variant<typename Options::template Layer<T>::Trace...>;
};
template <class T, class Options>
struct ScratchesOf;
template <class T, class... Options>
struct ScratchesOf<T, std::variant<Options...>> {
  using Scratch = std::variant<typename Options::template Layer<T>::Scratch...>;
};

template <class T>
using Block = typename LayersOf<T, BlockOptions>::Layer;
template <class T>
using BlockTrace = typename LayersOf<T, BlockOptions>::Trace;
template <class T>
using BlockScratch = typename ScratchesOf<T, BlockOptions>::Scratch;
template <class T>
using AnyEmbeddings = typename LayersOf<T, AnyEmbeddingsOptions>::Layer;
template <class T>
using EmbeddingsTrace = typename LayersOf<T, AnyEmbeddingsOptions>::Trace;

/// The alternative `Kind` of a variant, made if another one is there.
template <class Kind, class Variant>
Kind& kept(Variant& variant) {
  if (!std::holds_alternative<Kind>(variant)) variant.template emplace<Kind>();
  return std::get<Kind>(variant);
}

/// A kind of block that can be entered behind its projections, and one that can be left with the
/// first row of each sequence only.
template <class B>
concept Lifts = requires {
  &B::lift;
};
template <class B>
concept LeavesFirst = requires {
  &B::forward_first;
};

/// The block as `use` says; a use that the kind does not offer is never asked for (chain_shape.h).
template <class T, class B>
void forward_block(const BlockUse& use, const B& block, Backend<T>& backend,
                   const Sequences& sequences, ConstMatrixView<T> input, MatrixView<T> output,
                   typename B::Trace& trace, typename B::Scratch& scratch) {
  if constexpr (Lifts<B> && LeavesFirst<B>) {
    if (use.lifted && use.first) {
      return block.forward_first_lifted(backend, sequences, input, output, trace, scratch);
    }
  }
  if constexpr (LeavesFirst<B>) {
    if (use.first) return block.forward_first(backend, sequences, input, output, trace, scratch);
  }
  if constexpr (Lifts<B>) {
    if (use.lifted) return block.forward_lifted(backend, sequences, input, output, trace, scratch);
  }
  block.forward(backend, sequences, input, output, trace, scratch);
}

/// Its derivative, after a forward of the same use.
template <class T, class B>
void backward_block(const BlockUse& use, const B& block, Backend<T>& backend,
                    const Sequences& sequences, const typename B::Trace& trace,
                    ConstMatrixView<T> d_output, MatrixView<T> d_input,
                    typename B::Scratch& scratch) {
  if constexpr (Lifts<B> && LeavesFirst<B>) {
    if (use.lifted && use.first) {
      return block.backward_first_lifted(backend, sequences, trace, d_output, d_input, scratch);
    }
  }
  if constexpr (LeavesFirst<B>) {
    if (use.first) {
      return block.backward_first(backend, sequences, trace, d_output, d_input, scratch);
    }
  }
  if constexpr (Lifts<B>) {
    if (use.lifted) {
      return block.backward_lifted(backend, sequences, trace, d_output, d_input, scratch);
    }
  }
  block.backward(backend, sequences, trace, d_output, d_input, scratch);
}

}  // namespace integrad
