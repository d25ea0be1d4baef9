#include "integrad/hub/model_id.h"

#include <gtest/gtest.h>

namespace integrad {
namespace {

TEST(ModelId, takesOwnerNameAndRevision) {
  EXPECT_EQ(parse_model_id("owner/name")->name, "owner/name");
  EXPECT_EQ(parse_model_id("owner/name")->revision, "main");
  EXPECT_EQ(parse_model_id("bert-base-uncased")->name, "bert-base-uncased");
  EXPECT_EQ(parse_model_id("a/b_c-d.E@v1.0")->revision, "v1.0");
  EXPECT_EQ(parse_model_id("a/b@refs/pr/1")->revision, "refs/pr/1");
}

TEST(ModelId, refusesWhatHuggingFaceRefuses) {
  for (const char* name :
       {"",     "/",    "a/",    "/a",  "a/b/c", "./a", "../a", "~/a",     "a..b",
        "a--b", "-a",   "a-",    ".a",  "a.",    "a b", "a\\b", "a/b.git", "datasets/a/b",
        "ü",    "a\nb", "@main", "a?b", "a%2fb"}) {
    EXPECT_FALSE(parse_model_id(name)) << name;
  }
  EXPECT_TRUE(parse_model_id(std::string(96, 'a')));
  EXPECT_FALSE(parse_model_id(std::string(97, 'a')));
  EXPECT_FALSE(parse_model_id(std::string_view("a\0b", 3)));
}

TEST(ModelId, refusesRevisionsThatLeadElsewhere) {
  for (const char* revision : {"", "/", "..", "../x", "a/../b", "a//b", "/a", "a/", ".", "a\\b",
                               "a b", "a~1", "a^", "a:b", "-a", "a\x1b"}) {
    EXPECT_FALSE(parse_model_id("a/b@" + std::string(revision))) << revision;
  }
}

TEST(ModelId, knowsACommit) {
  EXPECT_TRUE(is_commit(std::string(40, '0')));
  EXPECT_FALSE(is_commit(std::string(40, 'A')));
  EXPECT_FALSE(is_commit(std::string(39, '0')));
}

}  // namespace
}  // namespace integrad
