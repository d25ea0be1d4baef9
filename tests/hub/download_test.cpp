#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <fcntl.h>

#include <algorithm>
#include <thread>

#include "hub_server.h"
#include "integrad/base/sha256.h"
#include "integrad/hub/find_model.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

std::string sha256_of(const std::string& text) {
  return sha256_hex({std::as_bytes(std::span(text))});
}

class DownloadTest : public HubTest {
 protected:
  fs::path model(const std::string& name = "owner--tiny") const {
    return cache_ / "hub" / ("models--" + name);
  }
  /// The bytes that a cache holds of the weights.
  fs::path partial() const { return model() / "blobs" / (sha256_of(weights_) + ".incomplete"); }
};

struct Stopped {};

TEST_F(DownloadTest, writesTheLayoutOfHuggingFace) {
  const auto found = find_model("owner/tiny", options());
  EXPECT_EQ(found, model() / "snapshots" / commit_of('a'));
  EXPECT_EQ(read_text(model() / "refs/main"), commit_of('a'));
  EXPECT_EQ(fs::read_symlink(found / "model.safetensors"), "../../blobs/" + sha256_of(weights_));
  EXPECT_EQ(read_text(found / "model.safetensors"), weights_);
  // printf '{}' | git hash-object --stdin
  EXPECT_EQ(fs::read_symlink(found / "tokenizer.json"),
            "../../blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b");
  EXPECT_EQ(read_text(found / "tokenizer.json"), "{}");
  EXPECT_TRUE(fs::exists(model() / ".no_exist" / commit_of('a') / "added_tokens.json"));
  EXPECT_FALSE(fs::exists(model() / ".no_exist" / commit_of('a') / "config.json"));
  EXPECT_TRUE(
      fs::exists(cache_ / ("hub/.locks/models--owner--tiny/" + sha256_of(weights_) + ".lock")));
  for (const auto& entry : fs::directory_iterator(model() / "blobs")) {
    EXPECT_NE(entry.path().extension(), ".incomplete");
  }
}

TEST_F(DownloadTest, takesWhatIsNeededAndThatOnce) {
  find_model("owner/tiny", options());
  EXPECT_EQ(server_.count("README.md"), 0);
  EXPECT_EQ(server_.count("pytorch_model.bin"), 0);
  const auto requests = server_.log().size();
  EXPECT_EQ(requests, 1U + 4 * 2 + 1);  // the list; HEAD and GET of a file; the store
  find_model("owner/tiny", options());
  find_model("owner/tiny@aaaaaaa", options());
  HubOptions tokenizer = options();
  tokenizer.need = HubNeed::tokenizer;
  find_model("owner/tiny", tokenizer);
  EXPECT_EQ(server_.log().size(), requests);
}

TEST_F(DownloadTest, fetchesWeightsOnlyWhenTheyAreNeeded) {
  HubOptions tokenizer = options();
  tokenizer.need = HubNeed::tokenizer;
  const auto found = find_model("owner/tiny", tokenizer);
  EXPECT_FALSE(fs::exists(found / "model.safetensors"));
  EXPECT_EQ(find_model("owner/tiny", options()), found);
  EXPECT_EQ(read_text(found / "model.safetensors"), weights_);
  EXPECT_EQ(server_.count("tokenizer.json", "GET"), 1);
}

TEST_F(DownloadTest, knowsBranchesTagsAndCommits) {
  const auto found = model() / "snapshots" / commit_of('a');
  for (const std::string revision : {"aaaaaaa", "v1.0", "refs/pr/1", "main"}) {
    EXPECT_EQ(find_model("owner/tiny@" + revision, options()), found) << revision;
    EXPECT_EQ(read_text(model() / "refs" / revision), commit_of('a'));
  }
  EXPECT_EQ(find_model("owner/tiny@" + commit_of('a'), options()), found);
  EXPECT_FALSE(fs::exists(model() / "refs" / commit_of('a')));
  EXPECT_EQ(server_.count("", "GET") - server_.count("/api/"), 5);
}

TEST_F(DownloadTest, keepsToTheCommitThatWasBegun) {
  HubOptions tokenizer = options();
  tokenizer.need = HubNeed::tokenizer;
  const auto found = find_model("owner/tiny", tokenizer);
  // Main moves on; the rest of the first commit is no longer there to be had.
  server_.add_model("owner/tiny", commit_of('b'), {{"config.json", "{}"}});
  EXPECT_EQ(failure("owner/tiny", options()), HubFailure::revision_not_found);
  EXPECT_EQ(find_model("owner/tiny", tokenizer), found);
}

TEST_F(DownloadTest, takesShards) {
  const std::string index = R"({"weight_map": {"x": "m-1.safetensors", "y": "m-2.safetensors",
                                               "z": "m-1.safetensors"}})";
  server_.add_model("shards", commit_of('c'),
                    {{"config.json", "{}"},
                     {"vocab.txt", "[PAD]"},
                     {"model.safetensors.index.json", index},
                     {"large:m-1.safetensors", "one"},
                     {"large:m-2.safetensors", "two"},
                     {"large:pytorch_model.bin", "no"}});
  HubProgress last;
  HubOptions watched = options();
  watched.on_progress = [&](const HubProgress& progress) { last = progress; };
  const auto found = find_model("shards", watched);
  EXPECT_EQ(read_text(found / "m-1.safetensors"), "one");
  EXPECT_EQ(read_text(found / "m-2.safetensors"), "two");
  EXPECT_FALSE(fs::exists(found / "pytorch_model.bin"));
  EXPECT_EQ(last.bytes, last.all_bytes);
  EXPECT_EQ(last.all_bytes, static_cast<std::int64_t>(2 + 5 + index.size() + 6));
}

TEST_F(DownloadTest, takesOtherWeightsWhereThereAreNoSafetensors) {
  server_.add_model("old", commit_of('c'),
                    {{"config.json", "{}"},
                     {"vocab.txt", ""},
                     {"tf_model.h5", "h5"},
                     {"pytorch_model.bin", "bin"}});
  const auto found = find_model("old", options());
  EXPECT_TRUE(fs::exists(found / "pytorch_model.bin"));
  EXPECT_FALSE(fs::exists(found / "tf_model.h5"));
  server_.add_model("flax", commit_of('c'), {{"config.json", "{}"}, {"flax_model.msgpack", ""}});
  EXPECT_EQ(failure("flax", options()), HubFailure::file_not_found);
}

TEST_F(DownloadTest, tellsHowFarItIs) {
  std::vector<HubProgress> seen;
  HubOptions watched = options();
  watched.on_progress = [&](const HubProgress& progress) { seen.push_back(progress); };
  find_model("owner/tiny", watched);
  ASSERT_FALSE(seen.empty());
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end(),
                             [](const auto& a, const auto& b) { return a.bytes < b.bytes; }));
  EXPECT_EQ(seen.back().bytes, seen.back().all_bytes);
  EXPECT_EQ(seen.back().file, "model.safetensors");
}

TEST_F(DownloadTest, isStoppedAndResumed) {
  HubOptions stopping = options();
  stopping.on_progress = [](const HubProgress& progress) {
    if (progress.bytes > 100'000) throw Stopped();
  };
  EXPECT_THROW(find_model("owner/tiny", stopping), Stopped);
  ASSERT_TRUE(fs::exists(partial()));
  const auto kept = fs::file_size(partial());
  EXPECT_GT(kept, 90'000U);
  EXPECT_FALSE(fs::exists(model() / "refs/main"));
  HubOptions offline = options();
  offline.offline = true;
  EXPECT_EQ(failure("owner/tiny", offline), HubFailure::not_cached);

  const auto found = find_model("owner/tiny", options());
  EXPECT_EQ(read_text(found / "model.safetensors"), weights_);
  EXPECT_FALSE(fs::exists(partial()));
  EXPECT_EQ(server_.log().back().range, "bytes=" + std::to_string(kept) + "-");
}

TEST_F(DownloadTest, doesNotTrustAnOldPart) {
  fs::create_directories(partial().parent_path());
  write_text(partial(), "something else altogether");
  EXPECT_EQ(read_text(find_model("owner/tiny", options()) / "model.safetensors"), weights_);
  EXPECT_EQ(server_.count("model.safetensors", "GET"), 4);  // hub and store, twice
  fs::remove_all(cache_ / "hub");
  for (const std::string& part : {weights_, weights_ + "more", std::string(weights_.size(), 'x')}) {
    fs::create_directories(partial().parent_path());
    write_text(partial(), part);
    EXPECT_EQ(read_text(find_model("owner/tiny", options()) / "model.safetensors"), weights_);
    fs::remove_all(cache_ / "hub");
  }
}

TEST_F(DownloadTest, replacesABlobThatIsTooShort) {
  find_model("owner/tiny", options());
  const fs::path blob = model() / "blobs" / sha256_of(weights_);
  write_text(blob, "cut");
  fs::remove(model() / "snapshots" / commit_of('a') / "model.safetensors");
  EXPECT_EQ(read_text(find_model("owner/tiny", options()) / "model.safetensors"), weights_);
}

TEST_F(DownloadTest, sharesTheWork) {
  std::vector<std::thread> threads;
  std::vector<fs::path> found(4);
  for (fs::path& path : found) {
    threads.emplace_back([&] { path = find_model("owner/tiny", options()); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const fs::path& path : found) EXPECT_EQ(read_text(path / "model.safetensors"), weights_);
  EXPECT_EQ(server_.count("model.safetensors?signature", "GET"), 1);
}

TEST_F(DownloadTest, waitsForOthers) {
  const fs::path lock =
      cache_ / ("hub/.locks/models--owner--tiny/" + sha256_of(weights_) + ".lock");
  fs::create_directories(lock.parent_path());
  const int file = ::open(lock.c_str(), O_RDWR | O_CREAT, 0600);
  ASSERT_EQ(::flock(file, LOCK_EX), 0);
  HubOptions waiting = options();
  int ticks = 0;
  waiting.on_progress = [&](const HubProgress& progress) {
    if (progress.file == "model.safetensors" && ++ticks > 3) throw Stopped();
  };
  EXPECT_THROW(find_model("owner/tiny", waiting), Stopped);
  EXPECT_EQ(server_.count("model.safetensors", "GET"), 0);
  ::close(file);
  EXPECT_NO_THROW(find_model("owner/tiny", options()));
}

}  // namespace
}  // namespace integrad
