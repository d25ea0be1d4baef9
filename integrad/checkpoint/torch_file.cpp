#include "integrad/checkpoint/torch_file.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "integrad/checkpoint/byte_cursor.h"
#include "integrad/checkpoint/torch_pickle.h"
#include "integrad/checkpoint/zip_archive.h"

namespace integrad {
namespace {

using Bytes = std::span<const std::byte>;

std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Where a storage lies, from its key.
using StorageFinder = std::function<Bytes(const TorchTensor&)>;

std::vector<StoredTensor> place_tensors(std::vector<TorchTensor> tensors,
                                        const StorageFinder& find_storage,
                                        const std::filesystem::path& file) {
  std::vector<StoredTensor> result;
  result.reserve(tensors.size());
  for (TorchTensor& tensor : tensors) {
    const Bytes storage = find_storage(tensor);
    if (storage.size() != tensor.storage_bytes) {
      fail_checkpoint(file, "tensor " + in_quotes(tensor.name) + " needs storage " +
                                in_quotes(tensor.storage) + " of " +
                                std::to_string(tensor.storage_bytes) + " bytes, found " +
                                std::to_string(storage.size()) + "; is the download complete?");
    }
    const Bytes bytes = storage.subspan(static_cast<std::size_t>(tensor.begin),
                                        static_cast<std::size_t>(tensor.end - tensor.begin));
    result.push_back({std::move(tensor.name), tensor.dtype, std::move(tensor.shape),
                      std::move(tensor.strides), bytes});
  }
  return result;
}

/// The folder of any name that holds everything: "archive/" of "archive/data.pkl".
std::string top_folder(const ZipArchive& archive, const std::filesystem::path& file) {
  constexpr std::string_view wanted = "/data.pkl";
  for (const ZipMember& member : archive.members()) {
    const std::size_t slash = member.name.find('/');
    if (slash != std::string::npos && std::string_view(member.name).substr(slash) == wanted) {
      return member.name.substr(0, slash + 1);
    }
  }
  fail_checkpoint(file, "a zip file, but not one of PyTorch: no FOLDER/data.pkl inside");
}

Bytes stored_content(const ZipMember& member, const std::filesystem::path& file) {
  if (member.deflated) {
    fail_checkpoint(file, "member " + in_quotes(member.name) +
                              " is compressed; PyTorch stores its members as they are");
  }
  return member.stored;
}

std::vector<StoredTensor> read_zip(Bytes bytes, const std::filesystem::path& file) {
  const ZipArchive archive = ZipArchive::parse(bytes, file);
  const std::string folder = top_folder(archive, file);
  if (const ZipMember* order = archive.find(folder + "byteorder");
      order != nullptr && text_of(stored_content(*order, file)) != "little") {
    fail_checkpoint(file, "its numbers are big-endian; save it again on a little-endian machine");
  }
  const Bytes pickle = stored_content(*archive.find(folder + "data.pkl"), file);
  const auto document = PickleDocument::parse(pickle, torch_rules(), file, "data.pkl");
  const auto find_storage = [&](const TorchTensor& tensor) {
    const ZipMember* member = archive.find(folder + "data/" + tensor.storage);
    if (member == nullptr) {
      fail_checkpoint(file, "tensor " + in_quotes(tensor.name) + " needs storage " +
                                in_quotes(tensor.storage) + ", which is not in the file");
    }
    return stored_content(*member, file);
  };
  return place_tensors(torch_tensors(document, file, "data.pkl"), find_storage, file);
}

/// The stream of 2018 to 2020 (torch/serialization.py, _legacy_save): magic number, protocol,
/// machine, state_dict, keys of the storages; then for each key the count and the numbers.
class LegacyReader {
 public:
  LegacyReader(Bytes bytes, const std::filesystem::path& file)
      : file_(file), cursor_(bytes, file, "the stream") {}

  std::vector<StoredTensor> read() {
    check_head();
    const auto object = next("the state_dict");
    std::vector<TorchTensor> tensors = torch_tensors(object, file_, "the state_dict");
    std::map<std::string_view, std::uint64_t, std::less<>> sizes;
    for (const TorchTensor& tensor : tensors) sizes.emplace(tensor.storage, tensor.storage_bytes);
    read_storages(sizes);
    const auto find_storage = [&](const TorchTensor& tensor) {
      const auto found = storages_.find(tensor.storage);
      if (found != storages_.end()) return found->second;
      fail_checkpoint(file_, "tensor " + in_quotes(tensor.name) + " needs storage " +
                                 in_quotes(tensor.storage) + ", which is not in the file");
    };
    return place_tensors(std::move(tensors), find_storage, file_);
  }

 private:
  PickleDocument next(std::string_view part) {
    ByteCursor rest = cursor_;
    auto document = PickleDocument::parse(rest.take(rest.left()), torch_rules(), file_, part);
    cursor_.take(document.size());
    return document;
  }

  void check_head() {
    constexpr std::string_view magic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
    const auto first = next("the magic number");
    if (first.string(first.root(), PickleKind::large_integer) != magic) {
      fail_checkpoint(file_, "a pickle, but not one that torch.save has written");
    }
    const auto protocol = next("the protocol");
    if (protocol.integer(protocol.root()) != 1001) {
      fail_checkpoint(file_, "written in a protocol of PyTorch that is not known, expected 1001");
    }
    const auto machine = next("the machine");
    const auto* facts = machine.items(machine.root(), PickleKind::dictionary);
    for (std::size_t i = 0; facts != nullptr && i + 1 < facts->size(); i += 2) {
      if (machine.string((*facts)[i], PickleKind::text) == "little_endian" &&
          machine.boolean((*facts)[i + 1]) == false) {
        fail_checkpoint(file_,
                        "its numbers are big-endian; save it again on a little-endian machine");
      }
    }
  }

  /// `sizes`: bytes of every storage that a tensor uses. The stream counts numbers, whose width
  /// only the tensors tell, so a storage that no tensor uses makes the rest unreadable.
  void read_storages(const std::map<std::string_view, std::uint64_t, std::less<>>& sizes) {
    const auto keys = next("the list of storages");
    const auto* list = keys.items(keys.root(), PickleKind::list);
    if (list == nullptr) fail_checkpoint(file_, "the list of storages is no list");
    for (const PickleValue value : *list) {
      const auto key = keys.string(value, PickleKind::text);
      const auto size = key ? sizes.find(*key) : sizes.end();
      if (size == sizes.end()) {
        fail_checkpoint(file_, "the stream holds a storage that belongs to no tensor");
      }
      const auto count = cursor_.number<std::uint64_t>();
      if (count > size->second || (count > 0 && size->second % count != 0)) {
        fail_checkpoint(file_, "storage " + in_quotes(*key) + " has " + std::to_string(count) +
                                   " numbers, its tensors ask for " + std::to_string(size->second) +
                                   " bytes");
      }
      storages_.emplace(*key, cursor_.take(count == 0 ? 0 : size->second));
    }
  }

  const std::filesystem::path& file_;
  ByteCursor cursor_;
  std::map<std::string, Bytes, std::less<>> storages_;
};

}  // namespace

std::vector<StoredTensor> read_torch_file(std::span<const std::byte> bytes,
                                          const std::filesystem::path& file) {
  constexpr std::size_t tar_mark = 257;
  if (ZipArchive::is_zip(bytes)) return read_zip(bytes, file);
  const std::string_view text = text_of(bytes);
  if (text.starts_with('\x80')) return LegacyReader(bytes, file).read();
  if (text.starts_with("version https://git-lfs")) {
    fail_checkpoint(file,
                    "this is a Git LFS pointer, not the weights; fetch them with \"git lfs pull\"");
  }
  if (text.size() > tar_mark + 5 && text.substr(tar_mark, 5) == "ustar") {
    fail_checkpoint(file,
                    "a tar archive of PyTorch 0.1; load it with PyTorch and save its state_dict "
                    "again");
  }
  fail_checkpoint(file,
                  "not a file of PyTorch: it begins neither as a zip archive nor as a pickle");
}

}  // namespace integrad
