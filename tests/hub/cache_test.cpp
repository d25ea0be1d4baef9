// Models that are here already. No server: what asked one would fail.
#include <gtest/gtest.h>

#include "hub_server.h"
#include "integrad/hub/find_model.h"
#include "integrad/hub/hub_error.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

class CacheTest : public testing::Test {
 protected:
  CacheTest() {
    forget_proxies();
    options_.cache = folder_ / "hub";
    options_.endpoint = "http://127.0.0.1:9";  // nobody listens
    options_.offline = true;
  }

  /// A snapshot as huggingface_hub leaves it.
  fs::path add(const std::string& name, const std::string& commit,
               const std::vector<std::string>& files) const {
    const fs::path model = folder_ / ("hub/models--" + name);
    const fs::path snapshot = model / "snapshots" / commit;
    fs::create_directories(snapshot);
    fs::create_directories(model / "blobs");
    for (const std::string& file : files) {
      write_text(model / "blobs" / (file + commit), "{}");
      fs::create_symlink("../../blobs/" + file + commit, snapshot / file);
    }
    return snapshot;
  }

  void add_ref(const std::string& name, const std::string& ref, const std::string& commit) const {
    const fs::path file = folder_ / ("hub/models--" + name) / "refs" / ref;
    fs::create_directories(file.parent_path());
    write_text(file, commit);
  }

  void expect_not_cached(const std::string& name, const std::string& part) const {
    try {
      const auto found = find_model(name, options_);
      ADD_FAILURE() << name << " was found: " << found;
    } catch (const HubError& error) {
      EXPECT_EQ(error.kind(), HubFailure::not_cached);
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  }

  TemporaryFolder folder_;
  HubOptions options_;
  const std::vector<std::string> usual_{"config.json", "model.safetensors", "tokenizer.json"};
};

TEST_F(CacheTest, findsByBranchTagAndCommit) {
  const auto snapshot = add("owner--name", commit_of('a'), usual_);
  add_ref("owner--name", "main", commit_of('a'));
  add_ref("owner--name", "refs/pr/1", commit_of('a'));
  EXPECT_EQ(find_model("owner/name", options_), snapshot);
  EXPECT_EQ(find_model("owner/name@main", options_), snapshot);
  EXPECT_EQ(find_model("owner/name@refs/pr/1", options_), snapshot);
  EXPECT_EQ(find_model("owner/name@" + commit_of('a'), options_), snapshot);
  EXPECT_EQ(find_model("owner/name@aaaaaaa", options_), snapshot);
  expect_not_cached("owner/name@v2", "revision v2");
  expect_not_cached("owner/name@aaa", "revision aaa");
  expect_not_cached("owner/other", (folder_ / "hub/models--owner--other").string());
}

TEST_F(CacheTest, findsNamesWithoutOwner) {
  const auto snapshot = add("bert-base-uncased", commit_of('b'), usual_);
  add_ref("bert-base-uncased", "main", commit_of('b') + "\n");
  EXPECT_EQ(find_model("bert-base-uncased", options_), snapshot);
}

TEST_F(CacheTest, doesNotGuessBetweenTwoCommits) {
  add("a--b", std::string(20, '1') + std::string(20, '2'), usual_);
  add("a--b", std::string(20, '1') + std::string(20, '3'), usual_);
  expect_not_cached("a/b@1111111", "revision 1111111");
  EXPECT_NO_THROW(find_model("a/b@" + std::string(20, '1') + "2", options_));
}

TEST_F(CacheTest, aFolderWins) {
  add("owner--name", commit_of('a'), usual_);
  add_ref("owner--name", "main", commit_of('a'));
  const fs::path before = fs::current_path();
  fs::create_directories(folder_ / "owner/name");
  fs::current_path(folder_.path());
  EXPECT_EQ(find_model("owner/name", options_), "owner/name");
  fs::current_path(before);
}

TEST_F(CacheTest, saysWhatIsNeitherFolderNorName) {
  for (const std::string name : {"/nowhere/at/all", "./model", "../model", "a/b/c", "a b", ""}) {
    try {
      find_model(name, options_);
      ADD_FAILURE() << name;
    } catch (const HubError& error) {
      EXPECT_EQ(error.kind(), HubFailure::no_such_model_here) << name;
      EXPECT_NE(std::string(error.what()).find("\"" + name + "\""), std::string::npos);
    }
  }
  write_text(folder_ / "model.safetensors", "");
  EXPECT_THROW(find_model((folder_ / "model.safetensors").string(), options_), HubError);
}

TEST_F(CacheTest, saysWhatIsLacking) {
  for (const auto& [name, files, lacking] :
       std::vector<std::tuple<std::string, std::vector<std::string>, std::string>>{
           {"a", {"model.safetensors", "tokenizer.json"}, "config.json"},
           {"b", {"config.json", "tokenizer.json"}, "weights"},
           {"c", {"config.json", "model.safetensors"}, "tokenizer"}}) {
    add("x--" + name, commit_of('a'), files);
    add_ref("x--" + name, "main", commit_of('a'));
    expect_not_cached("x/" + name, lacking);
  }
}

TEST_F(CacheTest, wantsAllShardsOfTheWeightsThatAreOpened) {
  const auto snapshot =
      add("a--b", commit_of('a'), {"config.json", "vocab.txt", "pytorch_model.bin"});
  add_ref("a--b", "main", commit_of('a'));
  EXPECT_EQ(find_model("a/b", options_), snapshot);
  write_text(snapshot / "model.safetensors.index.json",
             R"({"weight_map": {"x": "one.safetensors", "y": "two.safetensors"}})");
  write_text(snapshot / "one.safetensors", "");
  expect_not_cached("a/b", "two.safetensors");
  write_text(snapshot / "two.safetensors", "");
  EXPECT_EQ(find_model("a/b", options_), snapshot);
}

TEST_F(CacheTest, needsNoWeightsForATokenizer) {
  const auto snapshot = add("a--b", commit_of('a'), {"vocab.txt"});
  add_ref("a--b", "main", commit_of('a'));
  expect_not_cached("a/b", "config.json");
  options_.need = HubNeed::tokenizer;
  EXPECT_EQ(find_model("a/b", options_), snapshot);
}

TEST_F(CacheTest, asksNobodyWhenAllIsKnown) {
  const auto snapshot = add("a--b", commit_of('a'), usual_);
  add_ref("a--b", "main", commit_of('a'));
  options_.offline = false;
  int questions = 0;
  options_.on_progress = [&](const HubProgress&) { ++questions; };
  // The files beside the vocabulary may exist: the hub is asked, and does not answer.
  EXPECT_EQ(find_model("a/b", options_), snapshot);
  EXPECT_GT(questions, 0);
  questions = 0;
  const fs::path none = snapshot.parent_path().parent_path() / ".no_exist" / commit_of('a');
  fs::create_directories(none);
  for (const char* file :
       {"tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"}) {
    write_text(none / file, "");
  }
  EXPECT_EQ(find_model("a/b", options_), snapshot);
  EXPECT_EQ(questions, 0);
}

TEST_F(CacheTest, doesNotFollowABrokenRef) {
  add("a--b", commit_of('a'), usual_);
  add_ref("a--b", "main", "../../../../etc");
  expect_not_cached("a/b", "nothing");
  add_ref("a--b", "main", commit_of('c'));
  expect_not_cached("a/b", "nothing");
}

}  // namespace
}  // namespace integrad
