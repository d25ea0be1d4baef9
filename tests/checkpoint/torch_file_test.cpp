// files/*.bin: written by PyTorch with files/make_files.py.
#include "integrad/checkpoint/torch_file.h"

#include <array>
#include <cstdlib>

#include "integrad/base/mapped_file.h"
#include "tests/base/temporary_folder.h"
#include "tests/checkpoint/support.h"
#include "tests/checkpoint/zip_bytes.h"

namespace integrad {
namespace {

const std::vector<std::string> names{"bert.encoder.layer.0.dense.weight",
                                     "bert.embeddings.LayerNorm.weight",
                                     "bert.embeddings.LayerNorm.bias", "classifier.weight"};
const std::vector<std::vector<Index>> shapes{{3, 4}, {4}, {4}, {2, 4}};

class TorchFile : public ::testing::Test {
 protected:
  WeightFiles open(const std::string& file) {
    std::filesystem::copy_file(small_file(file), folder_ / "pytorch_model.bin",
                               std::filesystem::copy_options::overwrite_existing);
    return WeightFiles::open(folder_.path());
  }
  std::string error_of(const std::string& bytes) {
    write_text(folder_ / "pytorch_model.bin", bytes);
    return checkpoint_error([&] { WeightFiles::open(folder_.path()); });
  }

  TemporaryFolder folder_;
};

/// Entry i of tensor t is (100 t + i) / 8.
void expect_all(const WeightFiles& files) {
  ASSERT_EQ(files.names().size(), names.size());
  for (std::size_t t = 0; t < names.size(); ++t) {
    SCOPED_TRACE(names[t]);
    ASSERT_TRUE(files.contains(names[t]));
    ASSERT_EQ(files.shape(names[t]), shapes[t]);
    const std::vector<float> values = read_all(files, names[t]);
    for (std::size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(values[i], static_cast<float>(100 * t + i) / 8) << i;
    }
    EXPECT_EQ(files.values(names[t]), values);
  }
}

TEST_F(TorchFile, EveryLayoutHoldsTheSameNumbers) {
  for (const char* file : {"zip.bin", "legacy.bin", "protocol4.bin", "double.bin", "transposed.bin",
                           "shared.bin", "shared_legacy.bin", "half.bin"}) {
    SCOPED_TRACE(file);
    expect_all(open(file));
  }
  EXPECT_EQ(open("half.bin").dtype(names[0]), "F16");
  EXPECT_EQ(open("double.bin").dtype(names[0]), "F64");
}

TEST_F(TorchFile, RoundedNumbers) {
  const WeightFiles files = open("bfloat16.bin");
  EXPECT_EQ(files.dtype(names[3]), "BF16");
  EXPECT_EQ(read_all(files, names[0])[7], 0.875F);
  EXPECT_EQ(read_all(files, names[3])[3], 38.0F);  // 37.875 takes nine bits, eight are there
}

TEST_F(TorchFile, OldNamesAndBuffers) {
  const WeightFiles files = open("old_names.bin");
  EXPECT_EQ(files.names().size(), 5U);
  EXPECT_EQ(read_all(files, "bert.embeddings.LayerNorm.bias")[1], 201.0F / 8);
  EXPECT_EQ(files.dtype("bert.embeddings.position_ids"), "I64");
  EXPECT_EQ(files.shape("bert.embeddings.position_ids"), (std::vector<Index>{1, 6}));
}

TEST_F(TorchFile, Integers) {
  const WeightFiles files = open("integers.bin");
  EXPECT_EQ(files.dtype("i64"), "I64");
  EXPECT_EQ(files.dtype("i32"), "I32");
  EXPECT_EQ(files.dtype("i16"), "I16");
  EXPECT_EQ(files.dtype("i8"), "I8");
  EXPECT_EQ(files.dtype("u8"), "U8");
  EXPECT_EQ(files.dtype("bool"), "BOOL");
  expect_contains(checkpoint_error([&] { files.values("i64"); }), "is stored as I64");
}

TEST_F(TorchFile, AnyRank) {
  const WeightFiles files = open("ranks.bin");
  EXPECT_EQ(files.shape("empty"), (std::vector<Index>{0, 4}));
  EXPECT_TRUE(files.values("empty").empty());
  EXPECT_EQ(files.values("scalar"), std::vector<float>{2.5F});
  EXPECT_EQ(files.shape("cube"), (std::vector<Index>{4, 2, 3}));
  const std::vector<float> cube = files.values("cube");
  for (std::size_t a = 0; a < 4; ++a) {
    for (std::size_t b = 0; b < 2; ++b) {
      for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_EQ(cube[(a * 2 + b) * 3 + c], static_cast<float>((b * 3 + c) * 4 + a));
      }
    }
  }
}

TEST_F(TorchFile, WhatIsNoStateDictionary) {
  expect_contains(checkpoint_error([&] { open("list.bin"); }), "is no dictionary of tensors");
  expect_contains(error_of("not found"), "begins neither as a zip archive nor as a pickle");
  expect_contains(error_of(""), "begins neither");
  expect_contains(error_of("version https://git-lfs.github.com/spec/v1\n"), "Git LFS pointer");
  expect_contains(error_of(std::string(257, 'x') + "ustar  " + std::string(300, 'x')),
                  "PyTorch 0.1");
  expect_contains(error_of(zip_bytes({{"a/other", "x"}})), "no FOLDER/data.pkl");
  expect_contains(error_of(zip_bytes({{"a/data.pkl", "N."}, {"a/byteorder", "big"}})),
                  "big-endian");
  expect_contains(error_of(zip_bytes({{"a/data.pkl", "N.", 8}})), "is compressed");
  expect_contains(error_of("\x80\x02N."), "not one that torch.save has written");
}

/// A state_dict with one float tensor "w" of this storage size, offset, shape and strides.
std::string one_tensor(const std::string& count, const std::string& offset,
                       const std::string& shape, const std::string& strides) {
  return "\x80\x02}X\x01" + std::string(3, '\0') + "wctorch._utils\n_rebuild_tensor_v2\n((U\x07" +
         "storagectorch\nFloatStorage\nU\x01" + "0U\x03" + "cpu" + count + "tQ" + offset + shape +
         strides + "\x89}tRs.";
}

TEST_F(TorchFile, TensorsStayInsideTheirStorage) {
  const auto error = [&](const std::string& offset, const std::string& shape,
                         const std::string& strides, std::size_t bytes = 16) {
    return error_of(zip_bytes({{"a/data.pkl", one_tensor("K\x04", offset, shape, strides)},
                               {"a/data/0", std::string(bytes, '\0')}}));
  };
  const std::string zero("K\0", 2), none = ")";
  EXPECT_EQ(error(zero, "K\x04\x85", "K\x01\x85"), "no error");
  EXPECT_EQ(error("K\x02", "K\x02\x85", "K\x01\x85"), "no error");
  EXPECT_EQ(error("K\x03", none, none), "no error");
  EXPECT_EQ(error(zero, "K\x02K\x02\x86", "K\x01K\x02\x86"), "no error");
  for (const auto& [offset, shape, strides] : std::vector<std::array<std::string, 3>>{
           {"K\x01", "K\x04\x85", "K\x01\x85"},
           {"K\x04", none, none},
           {zero, "K\x05\x85", zero + "\x85"},
           {zero, "K\x02\x85", "K\x04\x85"},
           {zero, "K\x02\x85", "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x85"},
           {zero, "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7fK\x04\x86", zero + zero + "\x86"},
           {zero, "K\x02K\x02\x86", "K\x01\x85"}}) {
    expect_contains(error(offset, shape, strides), "gives tensor \"w\" ");
  }
  expect_contains(error("J\xff\xff\xff\xff", none, none), "no whole number from 0");
  expect_contains(error(zero, none, none, 15), "needs storage \"0\" of 16 bytes, found 15");
  expect_contains(error_of(zip_bytes({{"a/data.pkl", one_tensor("K\x04", zero, none, none)}})),
                  "needs storage \"0\", which is not in the file");
}

TEST_F(TorchFile, EveryTruncationIsRefused) {
  for (const char* file : {"zip.bin", "legacy.bin"}) {
    const std::string bytes = read_text(small_file(file));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      ASSERT_NE(error_of(bytes.substr(0, length)), "no error") << file << " " << length;
    }
  }
}

/// A command hidden in every place of a file that a reader of pickles passes. Python would run it.
TEST_F(TorchFile, CommandsAreNeverRun) {
  const std::string mark = (folder_ / "executed").string();
  const std::string command = "touch " + mark;
  ASSERT_EQ(std::system((command + " && rm " + mark).c_str()), 0);  // it would work
  const std::string call =
      "cposix\nsystem\n(U" + std::string(1, static_cast<char>(command.size())) + command + "tR";
  const std::string stacked = "\x8c\x05posix\x8c\x06system\x93\x8c" +
                              std::string(1, static_cast<char>(command.size())) + command + "\x85R";
  const std::string old = "(S'" + command + "'\nios\nsystem\n";
  const std::string built = "ccollections\nOrderedDict\n)R" + call + "b";
  const std::string magic = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
  for (const std::string& object : {call, stacked, old, built}) {
    for (const std::string& pickle : {object + ".", "}U\x01w" + object + "s.",
                                      "ccollections\nOrderedDict\n)R}" + object + "b."}) {
      EXPECT_NE(error_of(zip_bytes({{"a/data.pkl", "\x80\x02" + pickle}})), "no error");
      EXPECT_NE(error_of(magic + "\x80\x02M\xe9\x03.\x80\x02}.\x80\x02" + pickle + "\x80\x02]."),
                "no error");
    }
    EXPECT_NE(error_of("\x80\x02" + object + "."), "no error");          // magic
    EXPECT_NE(error_of(magic + "\x80\x02" + object + "."), "no error");  // protocol
    EXPECT_NE(error_of(magic + "\x80\x02M\xe9\x03.\x80\x02" + object + "."), "no error");
    EXPECT_NE(error_of(magic + "\x80\x02M\xe9\x03.\x80\x02}.\x80\x02}.\x80\x02]" + object + "a."),
              "no error");
    EXPECT_FALSE(std::filesystem::exists(mark));
  }
}

}  // namespace
}  // namespace integrad
