// A hub that lies.
#include <gtest/gtest.h>

#include <algorithm>

#include "hub_server.h"
#include "integrad/hub/find_model.h"

namespace integrad {
namespace {

class HostileTest : public HubTest {
 protected:
  /// The failure when /api/ answers `body`.
  HubFailure listing(const std::string& body) {
    std::string escaped;
    for (const char c : body) escaped += (c == '"' || c == '\\' ? "\\" : "") + std::string(1, c);
    server_.set_faults(R"([{"path": "/api/", "do": {"status": 200, "body": ")" + escaped + "\"}}]");
    return failure("owner/tiny", options());
  }

  std::string with_files(const std::string& names) const {
    return R"({"sha": ")" + commit_of('a') + R"(", "siblings": [)" + names + "]}";
  }
};

TEST_F(HostileTest, theTokenStaysAtHome) {
  find_model("owner/tiny", options());
  int at_home = 0;
  for (const SeenRequest& request : server_.log()) {
    EXPECT_EQ(request.authorization, request.port == "hub" ? "Bearer hf_secret" : "");
    at_home += request.port == "hub" ? 1 : 0;
  }
  EXPECT_GT(at_home, 0);
  EXPECT_EQ(server_.count("?signature"), 1);
}

TEST_F(HostileTest, theTokenDoesNotFollowAnyRedirect) {
  for (const char* method : {"GET", "HEAD"}) {
    for (const char* path : {"/api/", "config.json"}) {
      server_.set_faults(R"([{"port": "hub", "path": ")" + std::string(path) + R"(", "method": ")" +
                         method + R"(", "do": {"redirect": "http://127.0.0.1:{other}/caught"}}])");
      try {
        find_model("owner/tiny", options());
      } catch (const HubError&) {
      }
      std::filesystem::remove_all(cache_ / "hub");
    }
  }
  EXPECT_GE(server_.count("/caught"), 3);
  for (const SeenRequest& request : server_.log()) {
    EXPECT_TRUE(request.port == "hub" || request.authorization.empty()) << request.path;
  }
}

TEST_F(HostileTest, redirectsEndAndLeadToHttpOnly) {
  for (const char* target : {"http://127.0.0.1:{hub}/api/again", "file:///etc/passwd", "//", "",
                             "gopher://127.0.0.1:{hub}/x"}) {
    server_.set_faults(R"([{"path": "/api/", "do": {"redirect": ")" + std::string(target) +
                       "\"}}]");
    EXPECT_EQ(failure("owner/tiny", options()), HubFailure::bad_answer) << target;
  }
}

TEST_F(HostileTest, aRenamedModelIsFollowed) {
  server_.set_faults(R"([
      {"path": "/api/models/old/", "do": {"redirect": "/api/models/owner/tiny/revision/main"}},
      {"path": "^/old/resolve/.*/config.json", "do":
        {"redirect": "/owner/tiny/resolve/)" +
                     commit_of('a') + R"(/config.json"}},
      {"path": "^/old/resolve/.*/tokenizer.json", "do":
        {"redirect": "/owner/tiny/resolve/)" +
                     commit_of('a') + R"(/tokenizer.json"}},
      {"path": "^/old/resolve/.*/tokenizer_config.json", "do":
        {"redirect": "/owner/tiny/resolve/)" +
                     commit_of('a') + R"(/tokenizer_config.json"}},
      {"path": "^/old/resolve/.*/model.safetensors", "do":
        {"redirect": "/owner/tiny/resolve/)" +
                     commit_of('a') + R"(/model.safetensors"}}])");
  const auto found = find_model("old", options());
  EXPECT_EQ(found, cache_ / "hub/models--old/snapshots" / commit_of('a'));
  EXPECT_EQ(read_text(found / "model.safetensors"), weights_);
}

TEST_F(HostileTest, listingsThatMakeNoSense) {
  EXPECT_EQ(listing("<html>Log in to the hotel's network</html>"), HubFailure::bad_answer);
  for (const std::string& body :
       {std::string("[]"), std::string("{}"), std::string(R"({"sha": 5})"),
        std::string(R"({"sha": "../../../../etc", "siblings": []})"),
        R"({"sha": ")" + commit_of('a') + R"("})", std::string(200'000, '['),
        with_files(R"({"rfilename": "../../evil"})"), with_files(R"({"rfilename": "/etc/passwd"})"),
        with_files(R"({"rfilename": "a\u0000b"})"), with_files(R"({"rfilename": "a/../../b"})"),
        with_files(R"({"rfilename": ""})"), with_files("{}"), with_files("5"),
        with_files(R"({"rfilename": "a\u001b[2J"})")}) {
    EXPECT_EQ(listing(body), HubFailure::bad_answer) << body.substr(0, 80);
  }
}

TEST_F(HostileTest, answersThatDoNotEnd) {
  server_.set_faults(R"([{"path": "/api/", "do": {"status": 200, "body": ")" +
                     std::string(33 << 20, ' ') + "\"}}]");
  EXPECT_EQ(failure("owner/tiny", options()), HubFailure::bad_answer);
  server_.set_faults(R"([{"path": "/api/", "do": {"status": 404, "body": ")" +
                     std::string(1 << 20, ' ') + "\"}}]");
  EXPECT_EQ(failure("owner/tiny", options()), HubFailure::model_not_found);
}

TEST_F(HostileTest, shardsThatLeadElsewhere) {
  for (const char* shard : {"../../evil", "/etc/passwd", "a\\u0000b", "folder/file", "", ".."}) {
    server_.add_model("shards", commit_of('c'),
                      {{"config.json", "{}"},
                       {"vocab.txt", ""},
                       {"model.safetensors.index.json",
                        R"({"weight_map": {"x": ")" + std::string(shard) + "\"}}"}});
    EXPECT_EQ(failure("shards", options()), HubFailure::bad_answer) << shard;
    std::filesystem::remove_all(cache_ / "hub");
  }
  server_.add_model("shards", commit_of('c'),
                    {{"config.json", "{}"},
                     {"vocab.txt", ""},
                     {"model.safetensors.index.json", R"({"weight_map": {"x": "not.there"}})"}});
  EXPECT_EQ(failure("shards", options()), HubFailure::file_not_found);
}

TEST_F(HostileTest, factsThatMakeNoSense) {
  for (const char* fact :
       {R"("etag": "../../../evil")", R"("etag": "")", R"("etag": ".hidden")", R"("size": "x")",
        R"("size": -5)", R"("size": 99999999999999999999)", R"("size": 4611686018427387904)",
        R"("commit": "0123456789012345678901234567890123456789")"}) {
    server_.set_faults(R"([{"path": "resolve.*safetensors", "method": "HEAD", "do": {)" +
                       std::string(fact) + "}}]");
    EXPECT_EQ(failure("owner/tiny", options()), HubFailure::bad_answer) << fact;
  }
  // 200 MB are not a config.json.
  server_.set_faults(R"([{"path": "config.json", "method": "HEAD", "do": {"size": 200000000}}])");
  EXPECT_EQ(failure("owner/tiny", options()), HubFailure::bad_answer);
  EXPECT_FALSE(std::filesystem::exists(cache_ / "evil"));
}

TEST_F(HostileTest, otherContents) {
  for (const char* file : {"tokenizer.json", "model.safetensors"}) {  // git's SHA-1, SHA-256
    server_.set_faults(R"([{"path": ")" + std::string(file) +
                       R"(", "method": "GET", "do": {"wrong": true}}])");
    EXPECT_EQ(failure("owner/tiny", options()), HubFailure::damaged) << file;
    EXPECT_NE(message_.find(file), std::string::npos);
  }
  server_.set_faults("[]");
  EXPECT_EQ(read_text(find_model("owner/tiny", options()) / "model.safetensors"), weights_);
}

TEST_F(HostileTest, otherSizes) {
  for (const char* lie : {R"("extra": 5)", R"("extra": 5, "headers": {"Content-Length": null})"}) {
    server_.set_faults(R"([{"path": "safetensors", "port": "store", "do": {)" + std::string(lie) +
                       "}}]");
    EXPECT_EQ(failure("owner/tiny", options()), HubFailure::damaged) << lie;
  }
  // Fewer bytes than announced: as good as a broken connection, and never a whole file.
  server_.set_faults(R"([{"path": "safetensors", "method": "HEAD", "do": {"size": 300005}},
                         {"path": "safetensors", "port": "store", "do":
                          {"headers": {"Content-Length": null}}}])");
  std::filesystem::remove_all(cache_ / "hub");
  EXPECT_EQ(failure("owner/tiny", options()), HubFailure::connection_lost);
  const auto snapshot = cache_ / "hub/models--owner--tiny/snapshots" / commit_of('a');
  EXPECT_FALSE(std::filesystem::exists(snapshot / "model.safetensors"));
}

TEST_F(HostileTest, anotherPartThanWasAskedFor) {
  server_.set_faults(R"([
      {"path": "safetensors", "port": "store", "times": 1, "do": {"drop": 50000}},
      {"path": "safetensors", "port": "store", "do":
       {"headers": {"Content-Range": "bytes 0-299999/300000"}}}])");
  EXPECT_EQ(failure("owner/tiny", options()), HubFailure::bad_answer);
}

TEST_F(HostileTest, filesInACoding) {
  server_.set_faults(
      R"([{"path": "config.json", "method": "GET", "do": {"headers": {"Content-Encoding": "gzip"}}}])");
  EXPECT_EQ(failure("owner/tiny", options()), HubFailure::bad_answer);
}

}  // namespace
}  // namespace integrad
