#include "integrad/checkpoint/hdf5_file.h"

#include <hdf5.h>

#include <algorithm>
#include <array>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include "integrad/checkpoint/message.h"

namespace integrad {
namespace {

constexpr int deepest_group = 32;
constexpr int most_links = 200'000;  // groups may contain one another

/// An identifier of the library that closes itself.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  bool good() const { return id_ >= 0; }
  operator hid_t() const { return id_; }  // NOLINT(google-explicit-constructor)

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// The library prints its errors unless told otherwise; puts the user's setting back.
class SilentErrors {
 public:
  SilentErrors() {
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  SilentErrors(const SilentErrors&) = delete;
  SilentErrors& operator=(const SilentErrors&) = delete;
  ~SilentErrors() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

/// IEEE 754 half precision, which the library has no name for.
bool is_half(hid_t type) {
  std::size_t sign = 0, exponent = 0, exponent_bits = 0, fraction = 0, fraction_bits = 0;
  return H5Tget_size(type) == 2 &&
         H5Tget_fields(type, &sign, &exponent, &exponent_bits, &fraction, &fraction_bits) >= 0 &&
         sign == 15 && exponent == 10 && exponent_bits == 5 && fraction == 0 &&
         fraction_bits == 10 && H5Tget_ebias(type) == 15 && H5Tget_norm(type) == H5T_NORM_IMPLIED;
}

std::optional<Dtype> dtype_of(hid_t type) {
  if (H5Tequal(type, H5T_IEEE_F32LE) > 0) return Dtype::f32;
  if (H5Tequal(type, H5T_IEEE_F64LE) > 0) return Dtype::f64;
  if (H5Tequal(type, H5T_STD_I32LE) > 0) return Dtype::i32;
  if (H5Tequal(type, H5T_STD_I64LE) > 0) return Dtype::i64;
  if (H5Tget_class(type) == H5T_FLOAT && H5Tget_order(type) == H5T_ORDER_LE && is_half(type)) {
    return Dtype::f16;
  }
  return std::nullopt;
}

/// Walks the groups of one file.
class Walk {
 public:
  Walk(std::span<const std::byte> bytes, const std::filesystem::path& file)
      : bytes_(bytes), file_(file) {}

  std::vector<StoredTensor> tensors(hid_t root) {
    visit_group(root, "", 0);
    return std::move(tensors_);
  }

 private:
  [[noreturn]] void fail(const std::string& name, const std::string& fault) const {
    fail_checkpoint(file_, in_quotes(name) + " " + fault);
  }

  void visit_group(hid_t group, const std::string& prefix, int depth) {
    if (depth > deepest_group) fail(prefix, "is a group nested too deeply");
    H5G_info_t info{};
    if (H5Gget_info(group, &info) < 0) fail(prefix, "is a damaged group");
    for (hsize_t i = 0; i < info.nlinks; ++i) {
      if (++links_ > most_links) fail(prefix, "is in a file with too many entries");
      visit_link(group, i, prefix, depth);
    }
  }

  void visit_link(hid_t group, hsize_t index, const std::string& prefix, int depth) {
    constexpr std::size_t longest_name = 4096;
    const auto by = H5_INDEX_NAME;
    const auto order = H5_ITER_INC;
    std::array<char, longest_name> name{};
    const ssize_t length =
        H5Lget_name_by_idx(group, ".", by, order, index, name.data(), name.size(), H5P_DEFAULT);
    if (length <= 0 || length >= static_cast<ssize_t>(longest_name)) {
      fail(prefix, "holds an entry without a proper name");
    }
    const std::string path = prefix + name.data();
    H5L_info_t link{};
    if (H5Lget_info_by_idx(group, ".", by, order, index, &link, H5P_DEFAULT) < 0) {
      fail(path, "is damaged");
    }
    if (link.type != H5L_TYPE_HARD) fail(path, "is a link to somewhere else; not followed");
    const Handle object(H5Oopen_by_idx(group, ".", by, order, index, H5P_DEFAULT), H5Oclose);
    if (!object.good()) fail(path, "is damaged");
    switch (H5Iget_type(object)) {
      case H5I_GROUP:
        return visit_group(object, path + "/", depth + 1);
      case H5I_DATASET:
        return visit_dataset(object, path);
      default:
        fail(path, "is neither a group nor an array");
    }
  }

  void visit_dataset(hid_t dataset, const std::string& name) {
    StoredTensor tensor;
    tensor.name = name;
    const Handle type(H5Dget_type(dataset), H5Tclose);
    const auto dtype = type.good() ? dtype_of(type) : std::nullopt;
    if (!dtype) fail(name, "is no array of little-endian numbers (float16, 32, 64, int32, 64)");
    tensor.dtype = *dtype;
    tensor.shape = shape_of(dataset, name);
    tensor.strides = dense_strides(tensor.shape);

    std::uint64_t size = static_cast<std::uint64_t>(dtype_bits(*dtype)) / 8;
    for (const Index extent : tensor.shape) {
      if (__builtin_mul_overflow(size, static_cast<std::uint64_t>(extent), &size)) {
        fail(name, "has the impossible shape " + shape_text(tensor.shape));
      }
    }
    if (size > 0) {
      const std::uint64_t offset = offset_of(dataset, name);
      if (offset > bytes_.size() || size > bytes_.size() - offset) {
        fail(name, "reaches beyond the end of the file; is the download complete?");
      }
      tensor.bytes =
          bytes_.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
    }
    tensors_.push_back(std::move(tensor));
  }

  std::vector<Index> shape_of(hid_t dataset, const std::string& name) const {
    const Handle space(H5Dget_space(dataset), H5Sclose);
    std::array<hsize_t, H5S_MAX_RANK> extents{};
    const int rank = space.good() ? H5Sget_simple_extent_dims(space, extents.data(), nullptr) : -1;
    if (rank < 0) fail(name, "has no shape");
    std::vector<Index> shape;
    for (int i = 0; i < rank; ++i) {
      const hsize_t extent = extents[static_cast<std::size_t>(i)];
      if (!std::in_range<Index>(extent)) fail(name, "has an impossible shape");
      shape.push_back(static_cast<Index>(extent));
    }
    return shape;
  }

  /// Where the numbers begin in the file.
  std::uint64_t offset_of(hid_t dataset, const std::string& name) const {
    const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
    if (!creation.good() || H5Pget_layout(creation) != H5D_CONTIGUOUS ||
        H5Pget_external_count(creation) != 0) {
      fail(name,
           "is not stored in one piece (chunks, compression or another file); save it again "
           "with save_weights");
    }
    const haddr_t offset = H5Dget_offset(dataset);
    if (offset == HADDR_UNDEF) fail(name, "has no numbers");
    return offset;
  }

  std::span<const std::byte> bytes_;
  const std::filesystem::path& file_;
  std::vector<StoredTensor> tensors_;
  int links_ = 0;
};

}  // namespace

std::vector<StoredTensor> read_hdf5_file(std::span<const std::byte> bytes,
                                         const std::filesystem::path& file) {
  // The library keeps state of its own and is not built for threads.
  static std::mutex library;
  const std::lock_guard<std::mutex> one_at_a_time(library);
  const SilentErrors silent;
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_file_locking(access, false, true);  // files on read-only or network disks
  const Handle opened(H5Fopen(file.c_str(), H5F_ACC_RDONLY, access), H5Fclose);
  if (!opened.good()) {
    fail_checkpoint(file, "not an HDF5 file, or damaged; is the download complete?");
  }
  const Handle root(H5Gopen2(opened, "/", H5P_DEFAULT), H5Gclose);
  if (!root.good()) fail_checkpoint(file, "an HDF5 file without groups");
  std::vector<StoredTensor> tensors = Walk(bytes, file).tensors(root);
  std::sort(tensors.begin(), tensors.end(),
            [](const StoredTensor& a, const StoredTensor& b) { return a.name < b.name; });
  return tensors;
}

}  // namespace integrad
