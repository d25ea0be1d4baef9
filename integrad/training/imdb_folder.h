// The Large Movie Review Dataset as its archive unpacks (Maas et al. 2011): {train,test}/{neg,pos},
// a file a review, called ID_RATING.txt.
#pragma once

#include <filesystem>
#include <vector>

#include "integrad/training/example.h"

namespace integrad {

/// Whether the folder holds train/neg and train/pos, or test/neg and test/pos.
bool is_imdb_folder(const std::filesystem::path& folder);

/// Reviews by id, negative ones (label 0) first; "<br />" is read as a space. `place` is the file
/// below the folder, with its id and rating. Throws UsageError when a folder is missing or empty or
/// a file cannot be read.
std::vector<LabelledText> read_imdb_folder(const std::filesystem::path& folder, Split split);

}  // namespace integrad
