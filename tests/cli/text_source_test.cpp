#include "cli/text_source.h"

#include <gtest/gtest.h>

#include <sstream>

#include "cli/text_blocks.h"
#include "integrad/base/error.h"
#include "tests/base/temporary_folder.h"

namespace integrad::cli {
namespace {

using Texts = std::vector<std::string>;

std::unique_ptr<TextSource> source_of(const std::string& content, const std::string& format,
                                      const TextOptions& options = {}) {
  return make_source({std::make_unique<std::istringstream>(content), "in." + format, 0}, format,
                     options);
}

/// "text", or "text|pair", of all texts.
Texts read(const std::string& content, const std::string& format, const TextOptions& options = {}) {
  Texts texts;
  const auto source = source_of(content, format, options);
  while (const auto text = source->next()) {
    texts.push_back(text->input.text + (text->input.text_pair ? "|" + *text->input.text_pair : ""));
  }
  return texts;
}

Texts places(const std::string& content, const std::string& format,
             const TextOptions& options = {}) {
  Texts places;
  const auto source = source_of(content, format, options);
  while (const auto text = source->next()) places.push_back(text->place);
  return places;
}

std::string error_of(const std::string& content, const std::string& format,
                     const TextOptions& options = {}) {
  try {
    read(content, format, options);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TextOptions column(std::string name, std::string pair = "", bool no_header = false) {
  TextOptions options;
  options.column = std::move(name);
  options.text_pair_column = std::move(pair);
  options.no_header = no_header;
  return options;
}

TEST(LineSource, readsALineATextWithEveryKindOfLineEnd) {
  EXPECT_EQ(read("one\ntwo\r\n\n  \nthree", "txt"), (Texts{"one", "two", "three"}));
  EXPECT_EQ(read("one\n", "txt"), Texts{"one"});
  EXPECT_EQ(read("\xEF\xBB\xBFone\n", "txt"), Texts{"one"});
  EXPECT_EQ(read("  spaces stay  \n", "txt"), Texts{"  spaces stay  "});
  EXPECT_EQ(places("\none\n\ntwo", "txt"), (Texts{"in.txt:2", "in.txt:4"}));
  EXPECT_EQ(read("", "txt"), Texts{});
}

TEST(LineSource, refusesUtf16) {
  EXPECT_EQ(error_of(std::string("\xFF\xFEo\0n\0", 6), "txt"),
            "in.txt is in UTF-16; save it as UTF-8");
}

TEST(JsonlSource, readsObjectsAndStrings) {
  EXPECT_EQ(read("{\"text\": \"a\\n\\\"b\\\"\"}\r\n\n\"plain\"\n{\"text\":\"\"}", "jsonl"),
            (Texts{"a\n\"b\"", "plain", ""}));
  EXPECT_EQ(
      read("{\"text\":\"a\",\"text_pair\":\"b\"}\n{\"text\":\"c\",\"text_pair\":null}", "jsonl"),
      (Texts{"a|b", "c"}));
  EXPECT_EQ(read("{\"review\":\"a\",\"reply\":\"b\"}", "jsonl", column("review", "reply")),
            Texts{"a|b"});
}

TEST(JsonlSource, namesTheLineOfAMalformedRow) {
  EXPECT_TRUE(error_of("\"a\"\n\n{\"text\": }", "jsonl").starts_with("in.jsonl:3: not JSON: "));
  EXPECT_TRUE(error_of("{\"text\":\"a\"", "jsonl").starts_with("in.jsonl:1: not JSON: "));
  EXPECT_EQ(error_of("{\"txt\":\"a\",\"id\":1}", "jsonl"),
            "in.jsonl:1: no field \"text\" in the object; it has id, txt; choose one with "
            "--column");
  EXPECT_EQ(error_of("{\"text\":5}", "jsonl"),
            "in.jsonl:1: field \"text\" must be a string, found number");
  EXPECT_EQ(error_of("[\"a\"]", "jsonl"),
            "in.jsonl:1: expected an object or a string, found array");
  EXPECT_TRUE(error_of("\"a\"\n\"b\xFF\"", "jsonl").starts_with("in.jsonl:2: not valid UTF-8"));
}

TEST(JsonlSource, survivesDeepNesting) {
  EXPECT_TRUE(error_of(std::string(200000, '['), "jsonl").starts_with("in.jsonl:1: not JSON: "));
}

TEST(TableSource, readsQuotedFieldsByRfc4180) {
  const std::string csv =
      "id,text,x\r\n"
      "1,\"two\r\nlines, \"\"quoted\"\"\",y\r\n"
      "2, spaces stay ,\n"
      "\n"
      "3,\"\",z";
  EXPECT_EQ(read(csv, "csv"), (Texts{"two\r\nlines, \"quoted\"", " spaces stay ", ""}));
  EXPECT_EQ(places(csv, "csv"), (Texts{"in.csv:2", "in.csv:4", "in.csv:6"}));
  EXPECT_EQ(read("\xEF\xBB\xBFtext,b\nhi,1\n", "csv"), Texts{"hi"});
  EXPECT_EQ(read("\xEF\xBB\xBF\"text\",b\nhi,1\n", "csv"), Texts{"hi"});
}

TEST(TableSource, quotesInsideUnquotedFieldsAreCharacters) {
  EXPECT_EQ(read("text\tid\nsay \"hi\", you\t1\n5\" pipe\t2\n", "tsv"),
            (Texts{"say \"hi\", you", "5\" pipe"}));
  EXPECT_EQ(read("text,id\nsay \"hi\",1\n", "csv"), Texts{"say \"hi\""});
}

TEST(TableSource, choosesColumnsByNameOrNumber) {
  const std::string tsv = "id\treview\treply\n1\ta\tb\n";
  EXPECT_EQ(read(tsv, "tsv", column("review")), Texts{"a"});
  EXPECT_EQ(read(tsv, "tsv", column("2", "reply")), Texts{"a|b"});
  EXPECT_EQ(read(tsv, "tsv", column("2", "3", true)), (Texts{"review|reply", "a|b"}));
  EXPECT_EQ(read("one\ntwo\n", "csv", column("", "", true)), (Texts{"one", "two"}));
  EXPECT_EQ(read("2,1\na,b\n", "csv", column("1")), Texts{"b"}) << "a name wins over a number";
}

TEST(TableSource, namesTheLineOfAMalformedRow) {
  EXPECT_EQ(error_of("text,b\na,\"1\n2\"\n\nc\n", "csv"),
            "in.csv:5: found 1 field, expected 2 as in the first row");
  EXPECT_EQ(error_of("text\na,b\n", "csv"),
            "in.csv:2: found 2 fields, expected 1 as in the first row");
  EXPECT_EQ(error_of("text,b\n1,2\nx,\"open\nmore\n", "csv"),
            "in.csv:3: a quoted field that starts here is not closed before the end of the file");
  EXPECT_EQ(error_of("text\n\"a\"b\n", "csv"),
            "in.csv:2: a quoted field goes on behind its closing quote; write a quote inside a "
            "field twice");
  EXPECT_EQ(error_of("id,review\n1,a\n", "csv"),
            "in.csv:1: no column \"text\"; the header has id, review; choose one with --column "
            "(name or number), or say --no-header");
  EXPECT_TRUE(error_of("a,b\n", "csv", column("3")).starts_with("in.csv:1: no column \"3\""));
  EXPECT_EQ(error_of("a,b\n", "csv", column("", "", true)),
            "in.csv:1: which column holds the texts? without a header --column is a number from 1 "
            "to 2");
}

TEST(OpenTexts, takesExactlyOneKindOfSource) {
  const std::vector<std::string> two{"a", "b"}, none;
  TextOptions pair, file;
  pair.text_pair = "p";
  file.input = "x.txt";
  EXPECT_THROW(open_texts({}, none, nullptr), UsageError);
  EXPECT_THROW(open_texts(pair, two, nullptr), UsageError);
  EXPECT_THROW(open_texts(file, two, nullptr), UsageError);
  EXPECT_THROW(open_texts(column("text"), two, nullptr), UsageError);
  const auto source = open_texts(pair, std::span(two).first(1), nullptr);
  EXPECT_EQ(source->next()->input.text_pair, "p");
  EXPECT_FALSE(source->next());
}

TEST(OpenTexts, tellsTheFormatByTheEnding) {
  const TemporaryFolder folder;
  write_text(folder / "a.ndjson", "\"x\"");
  write_text(folder / "a.xlsx", "x");
  TextOptions options;
  options.input = (folder / "a.ndjson").string();
  EXPECT_EQ(open_texts(options, {}, nullptr)->next()->input.text, "x");
  options.input = (folder / "a.xlsx").string();
  EXPECT_THROW(open_texts(options, {}, nullptr), UsageError);
  options.input_format = "txt";
  EXPECT_EQ(open_texts(options, {}, nullptr)->next()->input.text, "x");
  options.input = folder.path().string();
  EXPECT_THROW(open_texts(options, {}, nullptr), UsageError);
  options.input = (folder / "absent.txt").string();
  EXPECT_THROW(open_texts(options, {}, nullptr), UsageError);
}

TEST(TextBlocks, handsOverEveryTextOnce) {
  std::vector<std::string> texts;
  for (int i = 0; i < 3000; ++i) texts.push_back("text " + std::to_string(i));
  TextBlocks blocks({}, texts, nullptr);
  TextBlock block;
  std::size_t count = 0, most = 0;
  while (blocks.next(block)) {
    ASSERT_EQ(block.first, static_cast<Index>(count));
    most = std::max(most, block.texts.size());
    for (const TextInput& input : block.texts) ASSERT_EQ(input.text, texts[count++]);
  }
  EXPECT_EQ(count, texts.size());
  EXPECT_LT(most, texts.size());
}

TEST(TextBlocks, refusesOrRepairsWhatIsNotUtf8) {
  const std::vector<std::string> texts{"fine", "b\xFF"};
  TextBlock block;
  try {
    TextBlocks({}, texts, nullptr).next(block);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "text 2: not valid UTF-8 at byte 2; convert it, or use --replace-invalid");
  }
  TextOptions options;
  options.replace_invalid = true;
  TextBlocks(options, texts, nullptr).next(block);
  EXPECT_EQ(block.texts[1].text, "b\xEF\xBF\xBD");
}

TEST(TextBlocks, putsThePlaceIntoNumericalErrors) {
  TextBlock block;
  block.places = {"r.txt:1", "r.txt:7"};
  EXPECT_STREQ(at_its_place(NumericalError("text 2 (\"x\"): no number"), block).what(),
               "r.txt:7 (\"x\"): no number");
  EXPECT_STREQ(at_its_place(NumericalError("text 3: no number"), block).what(),
               "text 3: no number");
}

}  // namespace
}  // namespace integrad::cli
