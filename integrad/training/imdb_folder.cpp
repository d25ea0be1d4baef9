#include "integrad/training/imdb_folder.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#include "integrad/base/error.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

constexpr const char* classes[] = {"neg", "pos"};

const char* name_of(Split split) { return split == Split::train ? "train" : "test"; }

std::string read_review(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file) throw UsageError("cannot read " + path.string());
  constexpr std::string_view line_break = "<br />";
  for (std::size_t at = 0; (at = text.find(line_break, at)) != std::string::npos;) {
    text.replace(at, line_break.size(), " ");
  }
  return text;
}

/// The number in front of "_": files in the order of their ids.
long id_of(const fs::path& path) {
  const std::string name = path.filename().string();
  long id = -1;
  std::from_chars(name.data(), name.data() + name.size(), id);
  return id;
}

std::vector<fs::path> reviews_of(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".txt") files.push_back(entry->path());
  }
  if (error) throw UsageError("cannot read folder " + folder.string() + ": " + error.message());
  if (files.empty()) throw UsageError("no .txt file in folder " + folder.string());
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return std::pair(id_of(a), a) < std::pair(id_of(b), b);
  });
  return files;
}

}  // namespace

bool is_imdb_folder(const fs::path& folder) {
  std::error_code error;
  for (const Split split : {Split::train, Split::test}) {
    const fs::path part = folder / name_of(split);
    if (fs::is_directory(part / "neg", error) && fs::is_directory(part / "pos", error)) return true;
  }
  return false;
}

std::vector<LabelledText> read_imdb_folder(const fs::path& folder, Split split) {
  std::vector<LabelledText> texts;
  for (std::size_t label = 0; label < std::size(classes); ++label) {
    for (const fs::path& file : reviews_of(folder / name_of(split) / classes[label])) {
      LabelledText& text = texts.emplace_back();
      text.input.text = read_review(file);
      text.label = {static_cast<double>(label)};
      text.place = fs::path(name_of(split)) / classes[label] / file.filename();
    }
  }
  return texts;
}

}  // namespace integrad
