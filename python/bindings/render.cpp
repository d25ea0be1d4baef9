#include <pybind11/stl.h>

#include "integrad/base/error.h"
#include "integrad/render/csv.h"
#include "integrad/render/html.h"
#include "integrad/render/json.h"
#include "integrad/render/terminal.h"
#include "python/bindings/bindings.h"

namespace integrad::python {
namespace {

namespace py = pybind11;

std::string hexadecimal(Rgb colour) {
  std::string text = "#";
  for (const std::uint8_t channel : {colour.red, colour.green, colour.blue}) {
    text += "0123456789abcdef"[channel >> 4];
    text += "0123456789abcdef"[channel & 15];
  }
  return text;
}

}  // namespace

void bind_render(py::module_& module) {
  using Explanations = std::vector<Explanation>;
  module.def(
      "render_json",
      [](const ModelCard& model, const ExplanationSettings& settings, const Explanations& list) {
        return render_json({model, settings, list});
      },
      py::arg("model"), py::arg("settings"), py::arg("explanations"));
  module.def(
      "parse_json",
      [](const std::string& json) {
        ExplanationDocument document = parse_json(json);
        return py::make_tuple(std::move(document.model), std::move(document.settings),
                              std::move(document.explanations));
      },
      py::arg("json"));
  module.def(
      "render_csv",
      [](const ModelCard& model, const ExplanationSettings& settings, const Explanations& list) {
        return render_csv({model, settings, list});
      },
      py::arg("model"), py::arg("settings"), py::arg("explanations"));
  module.def(
      "render_html",
      [](const ModelCard& model, const ExplanationSettings& settings, const Explanations& list,
         const std::string& title, const std::string& granularity, const std::string& palette) {
        return render_html({model, settings, list},
                           {title, parse_granularity(granularity), parse_palette(palette)});
      },
      py::arg("model"), py::arg("settings"), py::arg("explanations"), py::arg("title"),
      py::arg("granularity"), py::arg("palette"));
  module.def(
      "render_terminal",
      [](const Explanation& explanation, const std::string& colours, const std::string& granularity,
         const std::string& palette) {
        TerminalOptions options;
        options.colours = parse_colour_depth(colours);
        options.granularity = parse_granularity(granularity);
        options.palette = parse_palette(palette);
        return render_terminal(explanation, options);
      },
      py::arg("explanation"), py::arg("colours"), py::arg("granularity"), py::arg("palette"));
  module.def(
      "colours",
      [](const std::string& palette, double strength) {
        const Rgb colour = colour_at(parse_palette(palette), strength);
        return py::make_tuple(hexadecimal(colour), hexadecimal(text_colour_on(colour)));
      },
      py::arg("palette"), py::arg("strength"));
}

}  // namespace integrad::python
