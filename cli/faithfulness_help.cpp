#include "cli/help.h"

namespace integrad::cli {

const std::string_view evaluate_explanations_help =
    R"(usage: integrad evaluate-explanations --data DATA [OPTIONS]

Do explanations tell the truth? Takes out or replaces the tokens that they name
and asks the model again; beside it the same scores in random order. Means over
the texts with 95 % intervals.
  --model MODEL         folder or owner/name[@revision] (default: imdb-minilm)
  --data DATA           folder of aclImdb, imdb.npz, .txt, .csv, .tsv, .jsonl;
                        labels are not needed
  --split, --limit N, --column, --input-format, … as in integrad evaluate
  --baseline B[,B …]    pad (default), mask, … as in integrad explain; several
                        are compared on the same texts
  --algorithm A[,A …]   integrated_gradients (default), … as in integrad
                        explain; several are compared, too
  --measures M[,M …]    comprehensiveness, sufficiency, log_odds,
                        aopc_comprehensiveness, aopc_sufficiency, deletion,
                        insertion, loo_correlation, infidelity (default: these),
                        max_sensitivity; with rationales auprc, token_f1,
                        token_iou, too
  --rationale-column F  of .jsonl: what people marked (default: "rationale" of
                        those that have it): [[start, end], …] in characters,
                        0 and 1 a word, or phrases
  --rationale-share S   of the tokens, for token_f1 and token_iou (default: as
                        people marked)
  --top SHARE           of all tokens, for the first three (default: 0.2)
  --replacement R       of deletion and insertion: mask (default), pad, unk
  --subsets N           sets of tokens for infidelity (default: 32)
  --radius R, --perturbations N   of max_sensitivity's noise (0.02, 10)
  --seed N              of random orders, sets and intervals (default: 1)
  --layer, --target, --score, --method, --n-steps, --tolerance, --max-length, …
                        as in integrad explain
  --format F            terminal (default), json, html: a page with curves
  --output FILE         written whole or not at all
  --threads N, --backend B, --precision P, --memory-limit SIZE, --quiet

example: integrad evaluate-explanations --data aclImdb --baseline pad,mask
)";

const std::string_view compare_help =
    R"(usage: integrad compare [OPTIONS] TEXT… | - | --input FILE

The same texts explained by several algorithms side by side, with what each
costs and how faithful it is to the model.
  --input FILE, --input-format, --column, … as in integrad explain
  --model MODEL         folder or owner/name[@revision] (default: imdb-minilm)
  --algorithm A[,A …]   integrated_gradients, gradient_shap, input_x_gradient,
                        saliency, smooth_grad, var_grad, occlusion (default all)
  --baseline B[,B …]    pad (default), mask, … as in integrad explain
  --measures M[,M …]    as in integrad evaluate-explanations (default:
                        comprehensiveness, sufficiency, deletion, insertion,
                        loo_correlation)
  --top, --replacement, --subsets, --radius, --perturbations   as there
  --layer, --target, --score, --method, --n-steps, --tolerance, --noise, --seed,
  --max-length, …       as in integrad explain
  --format F            terminal (default), json, html
  --output FILE         written whole or not at all
  --granularity G       token, word (default), sentence: terminal and html
  --palette P, --color C   piyg (default), orange_blue; auto, always, never
  --threads N, --backend B, --precision P, --memory-limit SIZE, --quiet

example: integrad compare "I love you, but I also kind of dislike you"
)";

const std::string_view conductance_help =
    R"(usage: integrad conductance [OPTIONS] TEXT… | - | --input FILE

How a prediction flows through the layers: what each token's place in each layer
carries (layer conductance), all layers in one sweep. Every layer adds up to
F(x) − F(x').
  --input FILE, --input-format, --column, … as in integrad explain
  --model MODEL         folder or owner/name[@revision] (default: imdb-minilm)
  --layer L, --layer-input   where the path begins: the first layer shown
  --n-steps N           trapezoids along the path (default: 50)
  --baseline, --target, --score, --max-length, … as in integrad explain
  --format F            terminal (default), json, html
  --output FILE         written whole or not at all
  --granularity G       token, word (default), sentence: terminal and html
  --palette P, --color C   piyg (default), orange_blue; auto, always, never
  --threads N, --backend B, --precision P, --memory-limit SIZE, --quiet

example: integrad conductance "I love you, but I also kind of dislike you"
)";

}  // namespace integrad::cli
