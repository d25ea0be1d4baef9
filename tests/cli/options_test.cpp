#include <gtest/gtest.h>

#include "cli/colour_choice.h"
#include "cli/format.h"
#include "cli/memory_size.h"
#include "cli/table.h"
#include "integrad/base/error.h"

namespace integrad::cli {
namespace {

TEST(MemorySize, readsNumbersAndUnits) {
  EXPECT_EQ(parse_memory_size("4096"), 4096);
  EXPECT_EQ(parse_memory_size("512MiB"), Index{512} << 20);
  EXPECT_EQ(parse_memory_size("2GiB"), Index{2} << 30);
  EXPECT_EQ(parse_memory_size("2g"), Index{2} << 30);
  EXPECT_EQ(parse_memory_size("1.5 GB"), 1'500'000'000);
  EXPECT_EQ(parse_memory_size("64kb"), 64'000);
  EXPECT_EQ(parse_memory_size("7B"), 7);
}

TEST(MemorySize, refusesEverythingElse) {
  for (const char* text : {"", "MiB", "-1", "0", "1e9", "5q", "5MiBs", "1 2", "nan", "inf",
                           "99999999999999999999", "0.1", "5 MiB "}) {
    EXPECT_THROW(parse_memory_size(text), UsageError) << text;
  }
}

TEST(Format, followsOptionThenFileThenTerminal) {
  const auto choose = [](const char* name, const char* path, bool terminal) {
    return choose_format(name, path, terminal,
                         {Format::terminal, Format::html, Format::jsonl, Format::csv});
  };
  EXPECT_EQ(choose("", "", true), Format::terminal);
  EXPECT_EQ(choose("", "", false), Format::jsonl);
  EXPECT_EQ(choose("", "a/why.html", false), Format::html);
  EXPECT_EQ(choose("", "a.htm", false), Format::html);
  EXPECT_EQ(choose("", "a.csv", false), Format::csv);
  EXPECT_EQ(choose("", "a.json", false), Format::jsonl) << "json is not allowed here";
  EXPECT_EQ(choose("csv", "why.html", true), Format::csv);
  EXPECT_THROW(choose("json", "", true), UsageError);
}

TEST(Colours, askOptionTerminalAndEnvironment) {
  const ColourEnvironment xterm{"", "xterm-256color", ""}, true_colour{"", "xterm", "truecolor"};
  EXPECT_EQ(choose_colours("auto", true, xterm), ColourDepth::ansi256);
  EXPECT_EQ(choose_colours("auto", true, true_colour), ColourDepth::truecolor);
  EXPECT_EQ(choose_colours("auto", false, true_colour), ColourDepth::none);
  EXPECT_EQ(choose_colours("never", true, true_colour), ColourDepth::none);
  EXPECT_EQ(choose_colours("auto", true, {"1", "xterm", "truecolor"}), ColourDepth::none);
  EXPECT_EQ(choose_colours("always", false, {"1", "dumb", ""}), ColourDepth::ansi256);
  EXPECT_EQ(choose_colours("auto", true, {"", "dumb", "truecolor"}), ColourDepth::none);
  EXPECT_EQ(choose_colours("auto", true, {"", "", ""}), ColourDepth::none);
  EXPECT_THROW(choose_colours("sometimes", true, xterm), UsageError);
}

TEST(CsvField, quotesByRfc4180) {
  EXPECT_EQ(csv_field("plain"), "plain");
  EXPECT_EQ(csv_field(""), "");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"hi\"\n"), "\"say \"\"hi\"\"\n\"");
  EXPECT_EQ(csv_field(" a"), "\" a\"");
}

}  // namespace
}  // namespace integrad::cli
