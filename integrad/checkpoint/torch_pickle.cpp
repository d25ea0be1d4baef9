#include "integrad/checkpoint/torch_pickle.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "integrad/checkpoint/message.h"

namespace integrad {
namespace {

constexpr std::string_view ordered_dictionary = "collections.OrderedDict";
constexpr std::string_view rebuild_parameter = "torch._utils._rebuild_parameter";
constexpr std::string_view parameter = "torch.nn.parameter.Parameter";
constexpr std::string_view rebuild_tensor = "torch._utils._rebuild_tensor";
constexpr std::string_view rebuild_tensor_v2 = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view rebuild_tensor_v3 = "torch._utils._rebuild_tensor_v3";
constexpr std::string_view torch_size = "torch.Size";
constexpr std::string_view untyped_storage = "torch.storage.UntypedStorage";

struct NumberName {
  std::string_view name;
  Dtype dtype;
};
/// Classes of storages, then the objects that name a dtype by itself.
constexpr std::array<NumberName, 20> number_names{{
    {"torch.FloatStorage", Dtype::f32},     {"torch.float32", Dtype::f32},
    {"torch.HalfStorage", Dtype::f16},      {"torch.float16", Dtype::f16},
    {"torch.BFloat16Storage", Dtype::bf16}, {"torch.bfloat16", Dtype::bf16},
    {"torch.DoubleStorage", Dtype::f64},    {"torch.float64", Dtype::f64},
    {"torch.LongStorage", Dtype::i64},      {"torch.int64", Dtype::i64},
    {"torch.IntStorage", Dtype::i32},       {"torch.int32", Dtype::i32},
    {"torch.ShortStorage", Dtype::i16},     {"torch.int16", Dtype::i16},
    {"torch.CharStorage", Dtype::i8},       {"torch.int8", Dtype::i8},
    {"torch.ByteStorage", Dtype::u8},       {"torch.uint8", Dtype::u8},
    {"torch.BoolStorage", Dtype::boolean},  {"torch.bool", Dtype::boolean},
}};

constexpr std::array<std::string_view, 8> functions{
    ordered_dictionary, rebuild_parameter, parameter,  rebuild_tensor,
    rebuild_tensor_v2,  rebuild_tensor_v3, torch_size, untyped_storage,
};

constexpr auto allowed = [] {
  std::array<std::string_view, functions.size() + number_names.size()> names{};
  auto next = std::copy(functions.begin(), functions.end(), names.begin());
  for (const NumberName& number : number_names) *next++ = number.name;
  return names;
}();

std::optional<Dtype> dtype_of(std::string_view name) {
  for (const NumberName& number : number_names) {
    if (number.name == name) return number.dtype;
  }
  return std::nullopt;
}

using Values = std::vector<PickleValue>;

/// Reads one document; every method throws CheckpointError for what is not as PyTorch writes it.
class TorchReader {
 public:
  TorchReader(const PickleDocument& document, const std::filesystem::path& file,
              std::string_view part)
      : document_(document), file_(file), part_(part) {}

  std::vector<TorchTensor> tensors() const {
    const Values entries = dictionary_entries();
    std::vector<TorchTensor> result;
    for (std::size_t i = 0; i + 1 < entries.size(); i += 2) {
      const auto name = document_.string(entries[i], PickleKind::text);
      if (!name) fail("names a tensor by what is no text");
      result.push_back(tensor(std::string(*name), entries[i + 1]));
    }
    return result;
  }

 private:
  [[noreturn]] void fail(const std::string& fault) const {
    fail_checkpoint(file_, std::string(part_) + " " + fault);
  }

  /// Name, tensor, name, tensor, … of a dict or an OrderedDict.
  Values dictionary_entries() const {
    const PickleValue root = document_.root();
    if (const Values* items = document_.items(root, PickleKind::dictionary)) return *items;
    const PickleNode* call = document_.call(root);
    if (call == nullptr || document_.global(call->callable) != ordered_dictionary) {
      fail("is no dictionary of tensors; save model.state_dict(), not the model");
    }
    Values entries = call->items;
    // Python 2 passes the entries as OrderedDict([[name, tensor], …]).
    for (const PickleValue argument : arguments(*call, 0)) {
      const Values* pairs = document_.items(argument, PickleKind::list);
      if (pairs == nullptr) fail("holds a dictionary that is none");
      for (const PickleValue pair : *pairs) {
        const Values* two = document_.items(pair, PickleKind::list);
        if (two == nullptr || two->size() != 2) fail("holds a dictionary that is none");
        entries.insert(entries.end(), two->begin(), two->end());
      }
    }
    return entries;
  }

  const Values& arguments(const PickleNode& call, std::size_t fewest) const {
    const Values* values = document_.items(call.arguments, PickleKind::tuple);
    if (values == nullptr || values->size() < fewest) fail("calls a function with too little");
    return *values;
  }

  TorchTensor tensor(std::string name, PickleValue value) const {
    const std::string quoted = "tensor " + in_quotes(name);
    const PickleNode* call = document_.call(value);
    for (int depth = 0; call != nullptr && depth < 2; ++depth) {
      const std::string_view function = document_.global(call->callable);
      if (function != rebuild_parameter && function != parameter) break;
      call = document_.call(arguments(*call, 1)[0]);
    }
    const std::string_view function =
        call == nullptr ? std::string_view() : document_.global(call->callable);
    const bool has_dtype = function == rebuild_tensor_v3;
    if (function != rebuild_tensor && function != rebuild_tensor_v2 && !has_dtype) {
      fail("gives " + quoted + " a value that is no tensor");
    }
    const Values& given = arguments(*call, has_dtype ? 7 : 4);
    TorchTensor tensor;
    tensor.name = std::move(name);
    const Storage storage = read_storage(given[0], quoted);
    std::optional<Dtype> dtype = storage.dtype;
    if (has_dtype) dtype = dtype_of(document_.global(given[6]));
    if (!dtype) fail("gives " + quoted + " no type of numbers");
    tensor.dtype = *dtype;
    tensor.storage = storage.key;
    tensor.storage_bytes = storage.bytes;
    tensor.shape = extents(given[2], quoted);
    tensor.strides = extents(given[3], quoted);
    place(tensor, storage, extent(given[1], quoted), quoted);
    return tensor;
  }

  struct Storage {
    std::optional<Dtype> dtype;  // none: bytes
    std::string key;
    std::uint64_t bytes = 0;                     // of the whole
    std::uint64_t view_begin = 0, view_end = 0;  // bytes that the tensor may use
  };

  /// ("storage", class, key, device, count[, view]): view = None or (key, offset, count).
  Storage read_storage(PickleValue value, const std::string& quoted) const {
    const PickleNode* node = document_.persistent(value);
    const Values* description =
        node == nullptr ? nullptr : document_.items(node->arguments, PickleKind::tuple);
    if (description == nullptr || description->size() < 5) fail("gives " + quoted + " no storage");
    const Values& fields = *description;
    const std::string_view type = document_.global(fields[1]);
    const auto key = document_.string(fields[2], PickleKind::text);
    Storage storage;
    storage.dtype = dtype_of(type);
    if (document_.string(fields[0], PickleKind::text) != "storage" || !key ||
        (!storage.dtype && type != untyped_storage)) {
      fail("gives " + quoted + " no storage");
    }
    storage.key = std::string(*key);
    const std::uint64_t width =
        storage.dtype ? static_cast<std::uint64_t>(dtype_bits(*storage.dtype)) / 8 : 1;
    storage.bytes = product(static_cast<std::uint64_t>(extent(fields[4], quoted)), width, quoted);
    storage.view_end = storage.bytes;
    const Values* view =
        fields.size() > 5 ? document_.items(fields[5], PickleKind::tuple) : nullptr;
    if (view != nullptr) {
      if (view->size() != 3) fail("gives " + quoted + " a malformed view of a storage");
      const auto offset = static_cast<std::uint64_t>(extent((*view)[1], quoted));
      const auto count = static_cast<std::uint64_t>(extent((*view)[2], quoted));
      storage.view_begin = product(offset, width, quoted);
      if (__builtin_add_overflow(storage.view_begin, product(count, width, quoted),
                                 &storage.view_end) ||
          storage.view_end > storage.bytes) {
        fail("gives " + quoted + " a view outside its storage");
      }
    }
    return storage;
  }

  /// Checks that shape, strides and offset stay inside the storage, and says which bytes they
  /// touch.
  void place(TorchTensor& tensor, const Storage& storage, Index offset,
             const std::string& quoted) const {
    if (tensor.shape.size() != tensor.strides.size()) {
      fail("gives " + quoted + " " + std::to_string(tensor.shape.size()) + " extents and " +
           std::to_string(tensor.strides.size()) + " strides");
    }
    const auto width = static_cast<std::uint64_t>(dtype_bits(tensor.dtype)) / 8;
    std::uint64_t count = 1, last = 0, span = 0;
    bool sound = true;
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
      const auto size = static_cast<std::uint64_t>(tensor.shape[i]);
      sound = sound && !__builtin_mul_overflow(count, size, &count);
      if (size == 0) continue;
      sound =
          sound &&
          !__builtin_mul_overflow(size - 1, static_cast<std::uint64_t>(tensor.strides[i]), &span) &&
          !__builtin_add_overflow(last, span, &last);
    }
    const std::uint64_t numbers = (storage.view_end - storage.view_begin) / width;
    const auto first = static_cast<std::uint64_t>(offset);
    const std::uint64_t used = count == 0 ? 0 : 1;
    if (count == 0) last = 0;
    sound = sound && count <= numbers && first <= numbers && last <= numbers - first &&
            used <= numbers - first - last;
    if (!sound) {
      fail("gives " + quoted + " shape " + shape_text(tensor.shape) + ", strides " +
           shape_text(tensor.strides) + " and offset " + std::to_string(offset) +
           ", which do not fit its storage of " + std::to_string(numbers) + " numbers");
    }
    tensor.begin = storage.view_begin + first * width;
    tensor.end = count == 0 ? tensor.begin : tensor.begin + (last + 1) * width;
  }

  std::uint64_t product(std::uint64_t a, std::uint64_t b, const std::string& quoted) const {
    std::uint64_t result = 0;
    if (__builtin_mul_overflow(a, b, &result)) fail("gives " + quoted + " an impossible size");
    return result;
  }

  Index extent(PickleValue value, const std::string& quoted) const {
    const auto number = document_.integer(value);
    if (!number || *number < 0) {
      fail("gives " + quoted + " a size that is no whole number from 0 to 2^63 - 1");
    }
    return static_cast<Index>(*number);
  }

  /// A tuple of sizes, or torch.Size of one.
  std::vector<Index> extents(PickleValue value, const std::string& quoted) const {
    if (const PickleNode* call = document_.call(value);
        call != nullptr && document_.global(call->callable) == torch_size) {
      value = arguments(*call, 1)[0];
    }
    const Values* values = document_.items(value, PickleKind::tuple);
    if (values == nullptr) fail("gives " + quoted + " no shape");
    std::vector<Index> sizes;
    for (const PickleValue size : *values) sizes.push_back(extent(size, quoted));
    return sizes;
  }

  const PickleDocument& document_;
  const std::filesystem::path& file_;
  std::string_view part_;
};

}  // namespace

PickleRules torch_rules() { return {allowed, true}; }

std::vector<TorchTensor> torch_tensors(const PickleDocument& document,
                                       const std::filesystem::path& file, std::string_view part) {
  return TorchReader(document, file, part).tensors();
}

}  // namespace integrad
