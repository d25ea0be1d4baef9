// Pickles that are read, and pickles that would do something if Python read them.
#include "integrad/checkpoint/pickle_document.h"

#include <array>

#include "tests/base/temporary_folder.h"
#include "tests/checkpoint/support.h"
#include "tests/checkpoint/zip_bytes.h"

namespace integrad {
namespace {

constexpr std::array<std::string_view, 2> allowed{"collections.OrderedDict", "torch.Size"};

PickleDocument parse(std::string_view bytes, bool persistent = true) {
  return PickleDocument::parse(std::as_bytes(std::span(bytes)), {allowed, persistent},
                               "model/pytorch_model.bin", "data.pkl");
}

std::string error_of(std::string_view bytes, bool persistent = true) {
  return checkpoint_error([&] { parse(bytes, persistent); });
}

/// Text of a literal that may hold zeros.
template <std::size_t size>
std::string_view raw(const char (&text)[size]) {
  return {text, size - 1};
}

TEST(Pickle, Numbers) {
  const auto integer = [](std::string_view bytes) {
    const auto document = parse(bytes);
    return document.integer(document.root());
  };
  EXPECT_EQ(integer(raw("K\xff.")), 255);
  EXPECT_EQ(integer(raw("M\x01\x02.")), 513);
  EXPECT_EQ(integer(raw("J\xfe\xff\xff\xff.")), -2);
  EXPECT_EQ(integer(raw("\x8a\x00.")), 0);
  EXPECT_EQ(integer(raw("\x8a\x02\xff\x00.")), 255);
  EXPECT_EQ(integer(raw("\x8a\x01\x80.")), -128);
  EXPECT_EQ(integer(raw("\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f.")), 0x7fffffffffffffff);
  EXPECT_EQ(integer(raw("\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01.")), std::nullopt);
  EXPECT_EQ(integer(raw("N.")), std::nullopt);
  const auto truth = parse(raw("\x88."));
  EXPECT_EQ(truth.boolean(truth.root()), true);
}

TEST(Pickle, SharedContainers) {
  // [[7], the same list, {"a": 1}], as protocol 4 writes it.
  const auto document =
      parse(raw("\x80\x04\x95\x20\0\0\0\0\0\0\0]\x94(]\x94K\x07"
                "ah\x01}\x94\x8c\x01"
                "a\x94K\x01se."));
  const auto* list = document.items(document.root(), PickleKind::list);
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->size(), 3U);
  EXPECT_EQ(document.items((*list)[0], PickleKind::list),
            document.items((*list)[1], PickleKind::list));
  EXPECT_EQ(document.items((*list)[0], PickleKind::list)->size(), 1U);
  const auto* pairs = document.items((*list)[2], PickleKind::dictionary);
  ASSERT_NE(pairs, nullptr);
  ASSERT_EQ(pairs->size(), 2U);
  EXPECT_EQ(document.string((*pairs)[0], PickleKind::text), "a");
}

TEST(Pickle, CallsAreNotedNotMade) {
  const auto document =
      parse(raw("\x80\x02"
                "ccollections\nOrderedDict\n)R(U\x01kK\x05u}b.trailing"));
  const PickleNode* call = document.call(document.root());
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(document.global(call->callable), "collections.OrderedDict");
  ASSERT_EQ(call->items.size(), 2U);
  EXPECT_EQ(document.integer(call->items[1]), 5);
  EXPECT_EQ(call->state.kind, PickleKind::dictionary);
  EXPECT_EQ(document.size(), raw("\x80\x02"
                                 "ccollections\nOrderedDict\n)R(U\x01kK\x05u}b.")
                                 .size());
}

TEST(Pickle, AListMayContainItself) {
  const auto document =
      parse(raw("]q\x00h\x00"
                "a."));
  const auto* list = document.items(document.root(), PickleKind::list);
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(document.items((*list)[0], PickleKind::list), list);
}

TEST(Pickle, OtherNamesAreRefused) {
  for (const char* name : {"os\nsystem", "posix\nsystem", "builtins\neval", "__builtin__\nexec",
                           "subprocess\nPopen", "torch\nload", "collections\nOrderedDict ",
                           "collections.abc\nOrderedDict", "collections\nOrderedDict.__init__"}) {
    const std::string message = error_of(std::string("\x80\x02") + "c" + name + "\n(U\x04trueu.");
    expect_contains(message, "which is not allowed");
    expect_contains(message, "nothing of the file was executed");
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
  expect_contains(error_of(raw("\x8c\x02os\x8c\x06system\x93)R.")), "\"os.system\"");
}

TEST(Pickle, OtherOpcodesAreRefused) {
  // INST, OBJ, BUILD through REDUCE of a value, EXT1, PERSID, NEXT_BUFFER, GET, STRING, INT.
  for (const std::string_view bytes :
       {raw("(S'true'\nios\nsystem\n."), raw("(cos\nsystem\no."), raw("\x82\x01."), raw("P1\n."),
        raw("\x97."), raw("g1\n."), raw("S'x'\n."), raw("I1\n."), raw("0."), raw("\xff.")}) {
    EXPECT_NE(error_of(bytes), "no error") << static_cast<int>(bytes[0]);
  }
  expect_contains(error_of(raw("\x82\x01.")), "opcode 0x82 at byte 0");
  expect_contains(error_of(raw("NQ."), false), "refers to values outside");
  EXPECT_EQ(error_of(raw("NQ.")), "no error");
  expect_contains(error_of(raw("\x80\x01N.")), "protocol 1");
}

TEST(Pickle, MalformedStreams) {
  for (const std::string_view bytes : {raw(""),
                                       raw("."),
                                       raw("N"),
                                       raw("NN."),
                                       raw("(."),
                                       raw("N(."),
                                       raw("t."),
                                       raw("e."),
                                       raw("(e."),
                                       raw("](s."),
                                       raw("]Na"),
                                       raw("NNa."),
                                       raw("}Ns."),
                                       raw("N(NNu."),
                                       raw("}(Nu."),
                                       raw("N\x85\x86."),
                                       raw("(\x85."),
                                       raw("h\0."),
                                       raw("q\0."),
                                       raw("\x94."),
                                       raw("NNb."),
                                       raw("N)R."),
                                       raw("ctorch\nSize\nNR."),
                                       raw("ctorch\nSize"),
                                       raw("ctorch\n"),
                                       raw("NN\x93."),
                                       raw("X\xff\xff\xff\xff"
                                           "abc."),
                                       raw("\x8d\xff\xff\xff\xff\xff\xff\xff\xff."),
                                       raw("\x8e\xff\xff\xff\xff\xff\xff\xff\x7f."),
                                       raw("G123."),
                                       raw("\x8a\xff."),
                                       raw("](N(a."),
                                       raw("N\x90."),
                                       raw("(N]("
                                           "te.")}) {
    const std::string message = error_of(bytes);
    EXPECT_EQ(message.rfind("pytorch_model.bin: data.pkl ", 0), 0U)
        << testing::PrintToString(std::string(bytes)) << " " << message;
  }
}

TEST(Pickle, MemoryFollowsTheStream) {
  const std::string many(2'000'000, ']');
  expect_contains(error_of(many), "holds more than 1000000 objects");
}

}  // namespace
}  // namespace integrad
