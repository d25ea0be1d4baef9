#include "cli/labelled_data.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <set>

#include "integrad/base/error.h"
#include "integrad/training/imdb_folder.h"

namespace integrad::cli {
namespace {

namespace fs = std::filesystem;

std::optional<double> number_of(const std::string& text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc{} || stop != end || !std::isfinite(number)) return {};
  return number;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return c < 128 ? std::tolower(c) : c; });
  return text;
}

/// Number of the class that `written` names.
std::optional<std::size_t> class_of(const std::string& written,
                                    const std::vector<std::string>& names) {
  for (std::size_t c = 0; c < names.size(); ++c) {
    if (names[c] == written) return c;
  }
  for (std::size_t c = 0; c < names.size(); ++c) {
    if (lower(names[c]) == lower(written)) return c;
  }
  const auto number = number_of(written);
  const bool whole = number && *number == std::floor(*number) && *number >= 0 &&
                     *number < static_cast<double>(names.size());
  if (!whole) return {};
  return static_cast<std::size_t>(*number);
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < 20; ++i) text += (i > 0 ? ", " : "") + names[i];
  return names.size() > 20 ? text + ", …" : text;
}

std::size_t expect_class(const std::string& written, const std::vector<std::string>& names) {
  if (const auto found = class_of(written, names)) return *found;
  throw UsageError("label \"" + written + "\" is none of " + listed(names));
}

/// One cell of a table may hold several.
std::vector<std::string> parts_of(const std::vector<std::string>& written) {
  if (written.size() != 1) return written;
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= written[0].size()) {
    const std::size_t end = std::min(written[0].find('|', begin), written[0].size());
    if (end > begin) parts.push_back(written[0].substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Label label_of(const std::vector<std::string>& written, const std::vector<std::string>& names,
               Problem problem) {
  if (problem == Problem::single_label) {
    if (written.size() != 1) throw UsageError("expected one label, found a list");
    return {static_cast<double>(expect_class(written[0], names))};
  }
  const std::vector<std::string> parts = parts_of(written);
  Label label;
  const bool all_numbers = parts.size() == names.size();
  if (problem == Problem::regression || all_numbers) {
    for (const std::string& part : parts) {
      const auto number = number_of(part);
      const bool bit = number && (*number == 0 || *number == 1);
      if (number && (problem == Problem::regression || bit)) label.push_back(*number);
    }
    if (label.size() == parts.size() && label.size() == names.size()) return label;
    if (problem == Problem::regression) {
      throw UsageError("expected " + std::to_string(names.size()) + " number(s) as label");
    }
  }
  label.assign(names.size(), 0);
  for (const std::string& part : parts) label[expect_class(part, names)] = 1;
  return label;
}

/// Every n-th, so that both classes of a sorted data set are kept.
void thin_out(WrittenLabels& data, Index limit) {
  const auto count = static_cast<Index>(data.texts.size());
  if (limit <= 0 || limit >= count) return;
  for (Index i = 0; i < limit; ++i) {
    const auto to = static_cast<std::size_t>(i);
    const auto from = static_cast<std::size_t>(i * count / limit);
    if (to == from) continue;
    data.texts[to] = std::move(data.texts[from]);
    data.places[to] = std::move(data.places[from]);
    data.labels[to] = std::move(data.labels[from]);
    if (!data.rationales.empty()) data.rationales[to] = std::move(data.rationales[from]);
  }
  data.texts.resize(static_cast<std::size_t>(limit));
  data.places.resize(static_cast<std::size_t>(limit));
  data.labels.resize(static_cast<std::size_t>(limit));
  if (!data.rationales.empty()) data.rationales.resize(static_cast<std::size_t>(limit));
}

WrittenLabels from_reviews(std::vector<LabelledText>&& reviews) {
  WrittenLabels data;
  data.names = {"NEGATIVE", "POSITIVE"};
  for (LabelledText& review : reviews) {
    data.texts.push_back(std::move(review.input));
    data.places.push_back(std::move(review.place));
    data.labels.push_back({std::to_string(static_cast<long>(review.label[0]))});
  }
  return data;
}

WrittenLabels read_table(const DataOptions& options) {
  TextOptions text = options.text;
  text.input = options.data;
  if (options.needs_labels && text.label_column.empty()) text.label_column = "label";
  const auto source = open_texts(text, {}, nullptr);
  WrittenLabels data;
  while (true) {
    try {
      std::optional<PlacedText> row = source->next();
      if (!row) return data;
      if (row->labels.empty()) row->labels = {""};
      data.texts.push_back(std::move(row->input));
      data.places.push_back(std::move(row->place));
      data.labels.push_back(std::move(row->labels));
      if (text.rationale_column) data.rationales.push_back(std::move(row->rationale));
    } catch (const UsageError& error) {
      const bool header = data.texts.empty() && data.faults.empty();
      if (!options.skip_bad_rows || header) throw;
      data.faults.emplace_back(error.what());
    }
  }
}

}  // namespace

void add_data_options(CLI::App& app, DataOptions& options) {
  app.add_option("--data", options.data);
  app.add_option("--split", options.split);
  app.add_option("--word-index", options.word_index);
  app.add_option("--num-words", options.keras.num_words);
  app.add_option("--skip-top", options.keras.skip_top);
  app.add_option("--maxlen", options.keras.maxlen);
  app.add_option("--column", options.text.column);
  app.add_option("--text-pair-column", options.text.text_pair_column);
  app.add_option("--label-column", options.text.label_column);
  app.add_option("--input-format", options.text.input_format);
  app.add_flag("--no-header", options.text.no_header);
  app.add_flag("--replace-invalid", options.text.replace_invalid);
  app.add_flag("--skip-bad-rows", options.skip_bad_rows);
  app.add_option("--limit", options.limit);
}

WrittenLabels read_labelled(const DataOptions& options, Split split) {
  if (options.data.empty()) {
    throw UsageError(
        "no --data: give a folder of film reviews, imdb.npz, or a .csv, .tsv or "
        ".jsonl file");
  }
  if (!options.split.empty()) split = parse_split(options.split);
  const fs::path path = options.data;
  std::error_code error;
  WrittenLabels data;
  if (fs::is_directory(path, error)) {
    if (!is_imdb_folder(path)) {
      throw UsageError("folder " + path.string() +
                       " has neither train/neg and train/pos nor test/neg and test/pos");
    }
    data = from_reviews(read_imdb_folder(path, split));
  } else if (path.extension() == ".npz") {
    const fs::path index = options.word_index.empty() ? path.parent_path() / "imdb_word_index.json"
                                                      : fs::path(options.word_index);
    data = from_reviews(read_keras_imdb(path, index, options.keras, split));
  } else {
    data = read_table(options);
  }
  thin_out(data, options.limit);
  if (data.texts.empty()) {
    throw UsageError((options.needs_labels ? "no text with a label in " : "no text in ") +
                     path.string());
  }
  return data;
}

std::vector<std::string> choose_labels(const WrittenLabels& data,
                                       const std::vector<std::string>& of_model, Problem problem) {
  if (problem == Problem::regression) return of_model;
  std::set<std::string> written;
  bool known = true, numbers = true;
  for (const auto& labels : data.labels) {
    for (const std::string& label : problem == Problem::multi_label ? parts_of(labels) : labels) {
      written.insert(label);
      known = known && class_of(label, of_model);
      numbers = numbers && number_of(label);
    }
  }
  const bool plain = !of_model.empty() && of_model[0].starts_with("LABEL_");
  const bool same_count = data.names.empty() || data.names.size() == of_model.size();
  if (known && same_count && !plain) return of_model;
  if (!data.names.empty()) return data.names;
  if (known && numbers) return of_model;
  if (!numbers) return {written.begin(), written.end()};
  double largest = 0;
  for (const std::string& label : written) largest = std::max(largest, *number_of(label));
  constexpr double most = 100000;
  std::vector<std::string> names;
  for (double c = 0; c <= std::min(largest, most); ++c) {
    names.push_back("LABEL_" + std::to_string(static_cast<long>(c)));
  }
  return names;
}

std::vector<LabelledText> resolve_labels(WrittenLabels&& data,
                                         const std::vector<std::string>& names, Problem problem,
                                         bool skip_bad_rows, std::vector<std::string>& faults) {
  faults = std::move(data.faults);
  std::vector<LabelledText> texts;
  for (std::size_t i = 0; i < data.texts.size(); ++i) {
    try {
      Label label = label_of(data.labels[i], names, problem);
      LabelledText& text = texts.emplace_back();
      text.input = std::move(data.texts[i]);
      text.label = std::move(label);
      text.place = std::move(data.places[i]);
    } catch (const UsageError& error) {
      const std::string fault = data.places[i] + ": " + error.what();
      if (!skip_bad_rows) throw UsageError(fault + "; --skip-bad-rows goes on without it");
      faults.push_back(fault);
    }
  }
  if (texts.empty()) throw UsageError("no text with a label that can be used");
  return texts;
}

}  // namespace integrad::cli
