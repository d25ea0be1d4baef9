// Texts with labels: the film reviews as a folder or as Keras has them, or a table.
#pragma once

#include <string>
#include <vector>

#include "cli/text_source.h"
#include "integrad/training/keras_imdb.h"

namespace CLI {
class App;
}

namespace integrad::cli {

struct DataOptions {
  std::string data;        // folder of aclImdb, imdb.npz, or .csv, .tsv, .jsonl
  std::string split;       // "": train or test as the command says
  std::string word_index;  // of imdb.npz; "": imdb_word_index.json beside it
  KerasImdbOptions keras;
  TextOptions text;  // of tables; `input` is not read
  bool skip_bad_rows = false;
  bool needs_labels = true;  // false: files of texts alone will do, too
  Index limit = 0;           // so many texts, spread evenly over all; 0: all
};

/// Before labels are numbers: as they are written, one a text or several.
struct WrittenLabels {
  std::vector<TextInput> texts;
  std::vector<std::string> places;
  std::vector<std::vector<std::string>> labels;
  std::vector<Rationale> rationales;  // where they were asked for: one a text
  std::vector<std::string> names;     // of classes 0, 1, … where the data says so, else empty
  std::vector<std::string> faults;    // of rows that were passed over
};

/// --data, --split, --word-index, --num-words, --skip-top, --maxlen, --column, --text-pair-column,
/// --label-column, --input-format, --no-header, --replace-invalid, --skip-bad-rows, --limit.
void add_data_options(CLI::App& app, DataOptions& options);

/// Throws UsageError or CheckpointError naming file and line.
WrittenLabels read_labelled(const DataOptions& options, Split split);

/// Names of classes: the model's where they say what all labels mean, those of the data, or the
/// labels as they are written, sorted.
std::vector<std::string> choose_labels(const WrittenLabels& data,
                                       const std::vector<std::string>& of_model, Problem problem);

/// Labels as numbers (training/loss.h): names, in any case, or numbers of classes; of several
/// labels a list, or as many zeros and ones as there are classes, in a table with "|" between.
/// Throws UsageError naming the text; with skip_bad_rows it is passed over and told in `faults`.
std::vector<LabelledText> resolve_labels(WrittenLabels&& data,
                                         const std::vector<std::string>& names, Problem problem,
                                         bool skip_bad_rows, std::vector<std::string>& faults);

}  // namespace integrad::cli
