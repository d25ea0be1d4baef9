#include "cli/help.h"

namespace integrad::cli {

const std::string_view train_help =
    R"(usage: integrad train --model MODEL --data DATA --output FOLDER [OPTIONS]

Fine-tunes a classifier; a base model gets a new head.
  --model MODEL         folder or owner/name[@revision] to begin with
  --output FOLDER       gets the model and train_log.jsonl, and the state while
                        it runs: --resume goes on, --force begins anew
  --data DATA           folder of aclImdb ({train,test}/{neg,pos}/*.txt),
                        Keras' imdb.npz, or .csv, .tsv, .jsonl
  --split S             of reviews: train (default), test
  --word-index FILE     of imdb.npz; --num-words N, --skip-top N, --maxlen N
  --column C, --text-pair-column C, --label-column C   (text, text_pair, label);
                        several labels: "a|b", a list
  --input-format F, --no-header, --replace-invalid   as in integrad explain
  --skip-bad-rows       go on without rows that cannot be used; --limit N texts
  --labels A,B          names of classes (default: the model's or the data's)
  --problem P           single_label, multi_label, regression
  --preset P            distilbert-imdb, bert-imdb: the example's numbers
  --epochs N            (default: 1), or --steps N: the texts repeat
  --batch-size N        (default: 16); --micro-batch-size N at once: less memory
  --max-length N        cut texts at N tokens (default: 256)
  --learning-rate R     (default: 5e-5); --warmup-steps N from 0
  --schedule S          linear (default), constant, polynomial with --power P
                        and --end-learning-rate R
  --optimizer O         adamw (default), adam; --weight-decay W (default: 0.01)
  --clip G              longest gradient (default: any)
  --seed N, --no-dropout, --quiet
  --freeze PART         parameters whose name contains PART; may be repeated
  --validation DATA     evaluated every epoch, or --evaluate-every N steps; the
                        best model is kept; --patience N stops early
  --watch TEXT          explained at every evaluation: watched.html
  --plot FILE           loss and accuracy over the steps, a picture (SVG)
  --save-every N        state every N steps; --save-minutes M (default: 5)
  --threads N           default: one a core; --backend is always cpu
  --precision P         of products: auto (default: the faster one), f32, bf16

example: integrad train --model owner/base --data reviews/ --output my-model
)";

const std::string_view evaluate_help =
    R"(usage: integrad evaluate --model MODEL --data DATA [OPTIONS]

Accuracy, loss, precision, recall and F1 of every label, confusion matrix and
calibration.
  --model MODEL         folder or owner/name[@revision] (default: imdb-minilm)
  --data DATA           folder of aclImdb ({train,test}/{neg,pos}/*.txt),
                        Keras' imdb.npz, or .csv, .tsv, .jsonl
  --split S             of reviews: test (default), train
  --word-index, --num-words, --skip-top, --maxlen, --column, --label-column,
  --text-pair-column, --input-format, --no-header, --replace-invalid,
  --skip-bad-rows, --limit   as in integrad train
  --max-length N        cut texts at N tokens (default: what the model can)
  --long windows        read long texts whole, in windows
  --format F            terminal (default), json, html: a page that explains
                        the --mistakes N (default: 10) it was surest about
  --output FILE         written whole or not at all
  --threads N, --backend B, --precision P, --memory-limit SIZE,
  --internal-batch-size N   as in integrad explain
  --quiet               no progress bar

example: integrad evaluate --data aclImdb --format html --output how.html
)";

}  // namespace integrad::cli
