#include "integrad/text/tokenizer.h"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include "python/bindings/arrays.h"
#include "python/bindings/bindings.h"
#include "python/bindings/code_points.h"

namespace integrad::python {
namespace {

TruncationStrategy parse_strategy(const std::string& name) {
  if (name == "only_first") return TruncationStrategy::only_first;
  if (name == "only_second") return TruncationStrategy::only_second;
  return TruncationStrategy::longest_first;
}

/// (tokens × 2) code points, of the text that each token comes from.
py::array_t<std::int64_t> offsets(const Encoding& encoding, const std::string& text,
                                  const std::optional<std::string>& pair) {
  const std::vector<CodePoints> points{CodePoints(text), CodePoints(pair.value_or(""))};
  const auto count = static_cast<py::ssize_t>(encoding.ids.size());
  py::array_t<std::int64_t> array({count, py::ssize_t{2}});
  std::int64_t* out = array.mutable_data();
  for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
    const CodePoints& of = points[static_cast<std::size_t>(encoding.segments[i])];
    *out++ = of.at(encoding.offsets[i].start);
    *out++ = of.at(encoding.offsets[i].end);
  }
  return array;
}

Encoding encode(const Tokenizer& tokenizer, const std::string& text,
                const std::optional<std::string>& pair, std::optional<Index> max_length,
                const std::string& strategy, const std::optional<std::string>& side) {
  EncodeOptions options;
  options.max_length = max_length;
  options.strategy = parse_strategy(strategy);
  if (side) options.side = *side == "left" ? TruncationSide::left : TruncationSide::right;
  return pair ? tokenizer.encode_pair(text, *pair, options) : tokenizer.encode(text, options);
}

}  // namespace

void bind_tokenizer(py::module_& module) {
  py::class_<Encoding>(module, "Encoding")
      .def_property_readonly("ids", [](const Encoding& e) { return to_array<std::int64_t>(e.ids); })
      .def_property_readonly("type_ids",
                             [](const Encoding& e) { return to_array<std::int64_t>(e.type_ids); })
      .def_property_readonly("words",
                             [](const Encoding& e) { return to_array<std::int64_t>(e.words); })
      .def_property_readonly("segments",
                             [](const Encoding& e) { return to_array<std::int64_t>(e.segments); })
      .def_property_readonly("special",
                             [](const Encoding& e) { return to_array<std::int64_t>(e.special); })
      .def_readonly("tokens", &Encoding::tokens)
      .def_readonly("truncated_tokens", &Encoding::truncated_tokens)
      .def("offsets", &offsets, py::arg("text"), py::arg("pair") = py::none());

  py::class_<Tokenizer>(module, "Tokenizer")
      .def_static("load", &Tokenizer::load, py::arg("directory"),
                  py::call_guard<py::gil_scoped_release>())
      .def("encode", &encode, py::arg("text"), py::arg("pair"), py::arg("max_length"),
           py::arg("strategy"), py::arg("side"), py::call_guard<py::gil_scoped_release>())
      .def(
          "decode",
          [](const Tokenizer& t, const std::vector<std::int32_t>& ids, bool skip_special_tokens,
             std::optional<bool> clean_up_spaces) {
            return t.decode(ids, {skip_special_tokens, clean_up_spaces});
          },
          py::arg("ids"), py::arg("skip_special_tokens"), py::arg("clean_up_spaces"))
      .def("token", &Tokenizer::token, py::arg("id"))
      .def("id", &Tokenizer::id, py::arg("token"))
      .def_property_readonly("vocabulary_size", &Tokenizer::vocabulary_size)
      .def_property_readonly("model_max_length", &Tokenizer::model_max_length)
      .def_property_readonly("special_ids", [](const Tokenizer& t) {
        const SpecialTokens& s = t.special_tokens();
        py::dict ids;
        ids["cls"] = s.cls;
        ids["sep"] = s.sep;
        ids["pad"] = s.pad;
        ids["unk"] = s.unk;
        ids["mask"] = s.mask;
        ids["all"] = s.all;
        return ids;
      });
}

}  // namespace integrad::python
