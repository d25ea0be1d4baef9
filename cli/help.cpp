#include "cli/help.h"

namespace integrad::cli {

const std::string_view program_help =
    R"(integrad: explains transformer text classifiers with integrated gradients

usage: integrad COMMAND [OPTIONS] [TEXT…]

commands:
  explain           which words carry a prediction: terminal, HTML, JSON or CSV
  compare           the same texts by several algorithms, with cost and worth
  conductance       which layers and places a prediction flows through
  predict           labels and probabilities
  tokenize          pieces, ids, byte ranges and words of texts
  inspect           what a model is: sizes, labels, layers, tokenizer
  verify            does the arithmetic hold on this machine and model?
  convert           weights of any kind of file as clean safetensors
  prune-vocabulary  a smaller model that knows the words of given texts
  train             fine-tunes a classifier on labelled texts
  evaluate          accuracy, F1, confusion and calibration on labelled texts
  evaluate-explanations   do explanations tell the truth? nine measures

integrad COMMAND --help tells the options of a command; integrad --version.

examples:
  integrad explain "I love you, I like you, but I also kind of dislike you"
  integrad explain --input reviews.csv --column review --output why.html
)";

const std::string_view explain_help =
    R"(usage: integrad explain [OPTIONS] TEXT… | - | --input FILE

Scores every token by integrated gradients: how much it speaks for the class.
  --input FILE, --input-format F   .txt (one a line), .jsonl, .csv, .tsv, or -
  --column C, --text-pair-column C   field, or column by name or number
  --no-header           the first row of a table is a text already
  --text-pair TEXT      second text of one text argument
  --replace-invalid     repair bytes that are not UTF-8
  --model MODEL         folder or owner/name[@revision] (default: imdb-minilm)
  --layer L             word_embeddings, embeddings (default), layer.K: its
                        output, with --layer-input its input
  --baseline B[,B …]    pad (default), mask, unk, zero, text:WORDS, ids:1,2,…;
                        several: their mean, and how far they are apart
  --baseline-positions P   ids (default), input: see docs/models.md
  --target T            predicted (default), all, a label or its number
  --threshold P         of several labels at once: all from probability P on
  --score S             probability (default), logit, log_odds
  --algorithm A         integrated_gradients (default), gradient_shap, saliency,
                        input_x_gradient, smooth_grad, var_grad, occlusion
  --method M            auto (default), gausslegendre, trapezoid, riemann_left,
                        riemann_right, riemann_middle, riemann_trapezoid
  --n-steps N           points of a rule (50), or random ones; but for auto:
  --tolerance T, --max-steps N   relative error (0.01), most points (257)
  --head H              auto (default), sampled, exact: docs/quadrature.md
  --noise S, --seed N   of smooth_grad, var_grad (0.15); of random points
  --max-length N        cut texts at N tokens (default: what the model can)
  --long windows        read long texts whole, in windows of --window N tokens
                        that share --stride N; default: --long truncate
  --format F            terminal, html, json, jsonl, csv (default: terminal for
                        people, the ending of --output, or jsonl)
  --output FILE         written whole or not at all
  --full FILE           also all (tokens × hidden) attributions, safetensors
  --granularity G       token, word (default), sentence: terminal and html
  --palette P, --color C   piyg (default), orange_blue; auto, always, never
  --memory-limit SIZE, --internal-batch-size N   1GiB; most points at once
  --threads N, --backend B   one a core; cpu (f32), reference (f64, slow)
  --precision P         f32 (default), bf16, auto: bf16 where that is faster
  --profile, --quiet    where the time went; no warnings, no progress bar

example: integrad explain --input reviews.txt --format html --output why.html
)";

const std::string_view predict_help =
    R"(usage: integrad predict [OPTIONS] TEXT… | - | --input FILE

Labels and probabilities: a table for people, JSON Lines for programs.
  --input FILE          .txt (one a line), .jsonl, .csv, .tsv; - standard input
  --input-format F      txt, jsonl, csv, tsv when the name does not tell
  --column C, --text-pair-column C   field, or column by name or number
  --no-header           the first row of a table is a text already
  --text-pair TEXT      second text of one text argument
  --replace-invalid     repair bytes that are not UTF-8
  --model MODEL         folder or owner/name[@revision] (default: imdb-minilm)
  --max-length N        cut texts at N tokens (default: what the model can)
  --long windows        read long texts whole, in windows of --window N tokens
                        that share --stride N; default: --long truncate
  --threshold P         of several labels at once: predicted from P on (0.5)
  --format F            terminal, json, jsonl, csv
  --output FILE         written whole or not at all
  --memory-limit SIZE   above the weights, such as 512MiB (default: 1GiB)
  --internal-batch-size N   most texts evaluated at once
  --threads N           default: one a core
  --backend B           cpu (float32), reference (float64, slow)
  --precision P         of matrix products: f32 (default), bf16, auto (bf16
                        where the processor multiplies it faster)
  --quiet               no warnings, no progress bar

example: integrad predict --input reviews.txt --format csv --output labels.csv
)";

const std::string_view tokenize_help =
    R"(usage: integrad tokenize [OPTIONS] TEXT… | - | --input FILE

What the tokenizer makes of texts; needs no weights.
  --input FILE          .txt (one a line), .jsonl, .csv, .tsv; - standard input
  --input-format F      txt, jsonl, csv, tsv when the name does not tell
  --column C, --text-pair-column C   field, or column by name or number
  --no-header           the first row of a table is a text already
  --text-pair TEXT      second text of one text argument
  --replace-invalid     repair bytes that are not UTF-8
  --model MODEL         folder or owner/name[@revision] (default: imdb-minilm)
  --max-length N        cut texts at N tokens (default: the tokenizer's limit)
  --format F            terminal, json, jsonl
  --output FILE         written whole or not at all
  --quiet               no warnings

example: integrad tokenize "I also kind of dislike you"
)";

const std::string_view inspect_help =
    R"(usage: integrad inspect [OPTIONS]

Reads a model and says what it is, with every name that --layer accepts.
  --model MODEL         folder or owner/name[@revision] (default: imdb-minilm)
  --format F            terminal, json
  --output FILE         written whole or not at all
  --quiet               accepted, nothing to silence

example: integrad inspect --model my-model --format json
)";

const std::string_view verify_help =
    R"(usage: integrad verify [OPTIONS] [TEXT… | - | --input FILE]

Checks a model on this machine: attributions add up, gradients agree with finite
differences, batches with single texts, backends with each other. Exit code 0
when every check passes, 2 otherwise. Without texts: three short sentences.
  --input FILE          .txt (one a line), .jsonl, .csv, .tsv; - standard input
  --input-format F      txt, jsonl, csv, tsv when the name does not tell
  --column C, --text-pair-column C   field, or column by name or number
  --no-header           the first row of a table is a text already
  --text-pair TEXT      second text of one text argument
  --replace-invalid     repair bytes that are not UTF-8
  --model MODEL         folder or owner/name[@revision] (default: imdb-minilm)
  --threads N           default: one a core
  --format F            terminal, json
  --output FILE         written whole or not at all
  --quiet               accepted, nothing to silence

example: integrad verify --model my-model
)";

const std::string_view convert_help =
    R"(usage: integrad convert --output DIR [OPTIONS]

Writes a model again: its weights, from safetensors, .bin or .h5, as one clean
model.safetensors, with config.json and the tokenizer's files.
  --model MODEL         folder or owner/name[@revision] (default: imdb-minilm)
  --output DIR          new folder, written whole or not at all
  --dtype D             f32 (default), f16, bf16: rounded to nearest
  --force               replace a folder of a model that is there already
  --quiet               no summary

example: integrad convert --model old-model --output clean-model --dtype f16
)";

const std::string_view prune_vocabulary_help =
    R"(usage: integrad prune-vocabulary --size N --data DATA --output DIR [OPTIONS]

Writes a model with a WordPiece vocabulary again with N of its pieces: special
tokens, single characters, and those that the texts use most.
  --model MODEL         folder or owner/name[@revision] (default: imdb-minilm)
  --size N              pieces that are to stay
  --data DATA           texts: folder of aclImdb, Keras' imdb.npz, or .csv,
                        .tsv, .jsonl, with labels, which are not read
  --split, --word-index, --num-words, --skip-top, --maxlen, --column,
  --label-column, --text-pair-column, --input-format, --no-header,
  --replace-invalid, --skip-bad-rows, --limit   as in integrad train
  --output DIR          new folder, written whole or not at all
  --dtype D             f32 (default), f16, bf16: rounded to nearest
  --force               replace a folder of a model that is there already
  --quiet               no summary

example: integrad prune-vocabulary --model my-model --size 12288
           --data aclImdb --output small-model --dtype f16
)";

}  // namespace integrad::cli
