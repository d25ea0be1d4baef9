// A hub that refuses, breaks off, falls silent or has not got it.
#include <gtest/gtest.h>
#include <stdlib.h>

#include "hub_server.h"
#include "integrad/base/error.h"
#include "integrad/hub/find_model.h"

namespace integrad {
namespace {

using FailureTest = HubTest;

TEST_F(FailureTest, tellsKindsApart) {
  struct Case {
    const char* answer;
    HubFailure kind;
    const char* part;
  };
  for (const Case& c : std::vector<Case>{
           {R"("status": 401)", HubFailure::unauthorised, "HF_TOKEN"},
           {R"("status": 401, "headers": {"X-Error-Code": "RepoNotFound"})",
            HubFailure::model_not_found, "private"},
           {R"("status": 401, "headers": {"X-Error-Code": "GatedRepo"})", HubFailure::forbidden,
            "conditions"},
           {R"("status": 403, "headers": {"X-Error-Code": "GatedRepo", "X-Error-Message": "Ask!"})",
            HubFailure::forbidden, "Ask!"},
           {R"("status": 404)", HubFailure::model_not_found, "no such model"},
           {R"("status": 404, "headers": {"X-Error-Code": "RevisionNotFound"})",
            HubFailure::revision_not_found, "revision"},
           {R"("status": 418)", HubFailure::bad_answer, "418"},
           {R"("status": 429)", HubFailure::too_many_requests, "429"},
           {R"("status": 500)", HubFailure::server_failure, "500"},
           {R"("status": 503)", HubFailure::server_failure, "503"}}) {
    server_.set_faults(std::string(R"([{"path": "/api/", "do": {)") + c.answer + "}}]");
    EXPECT_EQ(failure("owner/tiny", options()), c.kind) << c.answer;
    EXPECT_NE(message_.find("owner/tiny"), std::string::npos) << message_;
    EXPECT_NE(message_.find(c.part), std::string::npos) << message_;
  }
  EXPECT_FALSE(std::filesystem::exists(cache_ / "hub/models--owner--tiny/refs"));
}

TEST_F(FailureTest, namesModelAndRevisionThatAreNotThere) {
  EXPECT_EQ(failure("owner/missing", options()), HubFailure::model_not_found);
  EXPECT_EQ(failure("owner/tiny@v9", options()), HubFailure::revision_not_found);
  EXPECT_NE(message_.find("revision v9"), std::string::npos);
  server_.add_model("bare", commit_of('c'), {{"README.md", ""}});
  EXPECT_EQ(failure("bare", options()), HubFailure::file_not_found);
  server_.set_faults(R"([{"path": "config", "do": {"status": 404,
                          "headers": {"X-Error-Code": "EntryNotFound"}}}])");
  EXPECT_EQ(failure("owner/tiny", options()), HubFailure::file_not_found);
}

TEST_F(FailureTest, triesAgainWhatMayPass) {
  server_.set_faults(R"([
      {"path": "/api/", "times": 2, "do": {"status": 500}},
      {"path": "config.json", "method": "HEAD", "times": 1, "do": {"status": 502}},
      {"path": "config.json", "method": "GET", "times": 2, "do": {"status": 503}},
      {"path": "safetensors", "port": "store", "times": 1, "do": {"status": 429,
       "headers": {"Retry-After": "1"}}}])");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_NO_THROW(find_model("owner/tiny", options()));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  EXPECT_EQ(server_.count("/api/"), 3);
}

TEST_F(FailureTest, doesNotWaitForever) {
  server_.set_faults(
      R"([{"path": "/api/", "do": {"status": 429, "headers": {"Retry-After": "3600"}}}])");
  EXPECT_EQ(failure("owner/tiny", options()), HubFailure::too_many_requests);
  EXPECT_NE(message_.find("3600 s"), std::string::npos) << message_;
  EXPECT_EQ(server_.count("/api/"), 1);
}

TEST_F(FailureTest, givesUpAfterSomeAttempts) {
  server_.set_faults(R"([{"path": "/api/", "do": {"status": 500}}])");
  EXPECT_EQ(failure("owner/tiny", options()), HubFailure::server_failure);
  EXPECT_EQ(server_.count("/api/"), 5);
}

TEST_F(FailureTest, resumesABrokenTransfer) {
  server_.set_faults(R"([{"path": "safetensors", "port": "store", "times": 3,
                          "do": {"drop": 50000}}])");
  EXPECT_EQ(read_text(find_model("owner/tiny", options()) / "model.safetensors"), weights_);
  const auto log = server_.log();
  ASSERT_EQ(server_.count("model.safetensors?signature"), 4);
  EXPECT_EQ(log.back().range, "bytes=150000-");
}

TEST_F(FailureTest, keepsWhatCameBeforeItGivesUp) {
  server_.set_faults(R"([
      {"path": "safetensors", "port": "store", "times": 2, "do": {"drop": 0}},
      {"path": "safetensors", "port": "store", "times": 1, "do": {"drop": 70000}},
      {"path": "safetensors", "port": "store", "do": {"drop": 0}}])");
  EXPECT_EQ(failure("owner/tiny", options()), HubFailure::connection_lost);
  EXPECT_EQ(server_.count("?signature"), 2 + 5);  // with what came, the count began anew
  server_.set_faults("[]");
  EXPECT_EQ(read_text(find_model("owner/tiny", options()) / "model.safetensors"), weights_);
  EXPECT_EQ(server_.log().back().range, "bytes=70000-");
}

TEST_F(FailureTest, beginsAnewWhereTheServerCannotResume) {
  server_.set_faults(R"([
      {"path": "safetensors", "port": "store", "times": 1, "do": {"drop": 50000}},
      {"path": "safetensors", "port": "store", "do": {"no_range": true}}])");
  EXPECT_EQ(read_text(find_model("owner/tiny", options()) / "model.safetensors"), weights_);
}

TEST_F(FailureTest, beginsAnewWhenTheServerRefusesThePart) {
  server_.set_faults(R"([
      {"path": "safetensors", "port": "store", "times": 1, "do": {"drop": 50000}},
      {"path": "safetensors", "port": "store", "times": 1, "do": {"status": 416}}])");
  EXPECT_EQ(read_text(find_model("owner/tiny", options()) / "model.safetensors"), weights_);
}

TEST_F(FailureTest, doesNotWaitForASilentServer) {
  HubOptions quick = options();
  quick.attempts = 1;
  quick.answer_timeout = quick.data_timeout = std::chrono::seconds(1);
  server_.set_faults(R"([{"path": "/api/", "do": {"silent": 6}}])");
  EXPECT_EQ(failure("owner/tiny", quick), HubFailure::connection_lost);
}

TEST_F(FailureTest, isStoppedWhileItWaits) {
  HubOptions stopped = options();
  stopped.first_delay = std::chrono::hours(1);
  server_.set_faults(R"([{"path": "/api/", "do": {"status": 500}}])");
  int ticks = 0;
  stopped.on_progress = [&](const HubProgress&) {
    if (++ticks > 20) throw UsageError("stopped");
  };
  EXPECT_THROW(find_model("owner/tiny", stopped), UsageError);
  EXPECT_EQ(server_.count("/api/"), 1);
}

TEST_F(FailureTest, tellsThatThereIsNoNetwork) {
  HubOptions nobody = options();
  nobody.endpoint = "http://127.0.0.1:9";
  EXPECT_EQ(failure("owner/tiny", nobody), HubFailure::no_connection);
  EXPECT_NE(message_.find("127.0.0.1:9"), std::string::npos) << message_;
  nobody.endpoint = "http://no-such-host.invalid";
  EXPECT_EQ(failure("owner/tiny", nobody), HubFailure::no_connection);
  nobody.endpoint = "ftp://127.0.0.1";
  EXPECT_THROW(find_model("owner/tiny", nobody), UsageError);
}

TEST_F(FailureTest, asksAProxy) {
  HubOptions far = options();
  far.endpoint = "http://hub.invalid";
  server_.set_faults(R"([{"port": "other", "do": {"status": 404}}])");
  ::setenv("http_proxy", server_.other_url().c_str(), 1);
  EXPECT_EQ(failure("owner/tiny", far), HubFailure::model_not_found);
  ::unsetenv("http_proxy");
  EXPECT_EQ(server_.log().back().port, "other");
  EXPECT_TRUE(server_.log().back().path.starts_with("http://hub.invalid/api/models/owner/tiny"));
}

TEST_F(FailureTest, usesWhatIsHereWhenTheHubIsAway) {
  const auto found = find_model("owner/tiny", options());
  std::filesystem::remove_all(cache_ / "hub/models--owner--tiny/.no_exist");
  server_.set_faults(R"([{"do": {"status": 500}}])");
  EXPECT_EQ(find_model("owner/tiny", options()), found);
  server_.set_faults(R"([{"do": {"status": 403}}])");
  EXPECT_EQ(failure("owner/tiny", options()), HubFailure::forbidden);
}

TEST_F(FailureTest, doesNotBeginWhatDoesNotFit) {
  if (std::filesystem::space(cache_.path()).available > 1'000'000'000'000) {
    GTEST_SKIP() << "there is room for the largest model that is believed";
  }
  server_.set_faults(R"([{"path": "safetensors", "method": "HEAD",
                          "do": {"size": 1000000000000}}])");
  EXPECT_EQ(failure("owner/tiny", options()), HubFailure::disk_full);
  EXPECT_EQ(server_.count("safetensors", "GET"), 0);
}

TEST_F(FailureTest, tellsThatTheCacheCannotBeWritten) {
  write_text(cache_ / "file", "");
  HubOptions options = this->options();
  options.cache = cache_ / "file/hub";
  EXPECT_EQ(failure("owner/tiny", options), HubFailure::cannot_write);
  EXPECT_NE(message_.find("HF_HOME"), std::string::npos) << message_;
}

}  // namespace
}  // namespace integrad
