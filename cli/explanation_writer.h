// Explanations in every format, one after another, so that none need be kept.
#pragma once

#include "cli/format.h"
#include "cli/output.h"
#include "integrad/attribution/explanation.h"
#include "integrad/render/colour.h"
#include "integrad/render/terminal.h"

namespace integrad::cli {

/// How explanations look.
struct Look {
  Granularity granularity = Granularity::word;
  Palette palette = Palette::piyg;
  ColourDepth colours = ColourDepth::none;
};

/// Writes what render_terminal, render_html, render_json, render_jsonl or render_csv make of the
/// whole document, byte for byte.
class ExplanationWriter {
 public:
  ExplanationWriter(Format format, Look look, ModelCard model, ExplanationSettings settings,
                    Output& output);

  void write(const Explanation& explanation);
  /// Once, at the end.
  void finish();

 private:
  /// What comes before the first explanation; not earlier, so that an error leaves no half result.
  void begin();
  void write_json(const Explanation& explanation);

  Format format_;
  Look look_;
  ExplanationDocument document_;  // without its explanations
  Output& output_;
  Index count_ = 0;
  bool begun_ = false;
};

}  // namespace integrad::cli
