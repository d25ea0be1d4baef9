#include "integrad/hub/hub_options.h"

#include <gtest/gtest.h>

#include <map>

#include "integrad/base/error.h"
#include "tests/base/temporary_folder.h"

namespace integrad {
namespace {

HubOptions options_of(std::map<std::string, std::string> variables) {
  variables.emplace("HOME", "/nowhere/home");
  return hub_options_from([variables](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
}

TEST(HubOptions, findTheCacheAsHuggingFaceDoes) {
  EXPECT_EQ(options_of({}).cache, "/nowhere/home/.cache/huggingface/hub");
  EXPECT_EQ(options_of({{"XDG_CACHE_HOME", "/x"}}).cache, "/x/huggingface/hub");
  EXPECT_EQ(options_of({{"XDG_CACHE_HOME", "/x"}, {"HF_HOME", "/h"}}).cache, "/h/hub");
  EXPECT_EQ(options_of({{"HF_HOME", "~/h"}}).cache, "/nowhere/home/h/hub");
  EXPECT_EQ(options_of({{"HF_HOME", "$DISK/${USER}/$NO/$"}, {"DISK", "/d"}, {"USER", "u"}}).cache,
            "/d/u/$NO/$/hub");
  EXPECT_EQ(options_of({{"HF_HOME", "/h"}, {"HUGGINGFACE_HUB_CACHE", "/old"}}).cache, "/old");
  EXPECT_EQ(options_of({{"HF_HUB_CACHE", "/c"}, {"HUGGINGFACE_HUB_CACHE", "/old"}}).cache, "/c");
}

TEST(HubOptions, findTheToken) {
  const TemporaryFolder home;
  const std::string folder = home.path().string();
  EXPECT_EQ(options_of({{"HF_HOME", folder}}).token, "");
  write_text(home / "token", "hf_file\n");
  write_text(home / "other", " hf_other ");
  EXPECT_EQ(options_of({{"HF_HOME", folder}}).token, "hf_file");
  EXPECT_EQ(options_of({{"HF_HOME", folder}, {"HF_TOKEN_PATH", folder + "/other"}}).token,
            "hf_other");
  EXPECT_EQ(options_of({{"HF_HOME", folder}, {"HF_TOKEN", "hf_set\r\n"}}).token, "hf_set");
  EXPECT_EQ(options_of({{"HUGGING_FACE_HUB_TOKEN", "hf_old"}}).token, "hf_old");
  EXPECT_EQ(options_of({{"HF_HOME", folder}, {"HF_HUB_DISABLE_IMPLICIT_TOKEN", "1"}}).token, "");
  EXPECT_THROW(options_of({{"HF_TOKEN", "hf_a\r\nHost: evil"}}), UsageError);
}

TEST(HubOptions, readTheRest) {
  EXPECT_EQ(options_of({}).endpoint, "https://huggingface.co");
  EXPECT_EQ(options_of({{"HF_ENDPOINT", "http://mirror/x//"}}).endpoint, "http://mirror/x");
  for (const char* yes : {"1", "ON", "yes", "True"}) {
    EXPECT_TRUE(options_of({{"HF_HUB_OFFLINE", yes}}).offline) << yes;
  }
  EXPECT_TRUE(options_of({{"TRANSFORMERS_OFFLINE", "1"}}).offline);
  EXPECT_FALSE(options_of({{"HF_HUB_OFFLINE", "0"}, {"TRANSFORMERS_OFFLINE", "1"}}).offline);
  EXPECT_EQ(options_of({{"HF_HUB_DOWNLOAD_TIMEOUT", "30"}}).data_timeout.count(), 30);
  EXPECT_EQ(options_of({{"HF_HUB_ETAG_TIMEOUT", "31"}}).answer_timeout.count(), 31);
  EXPECT_THROW(options_of({{"HF_HUB_ETAG_TIMEOUT", "soon"}}), UsageError);
  EXPECT_EQ(options_of({{"CURL_CA_BUNDLE", "/b"}, {"SSL_CERT_FILE", "/c"}}).certificates, "/b");
}

}  // namespace
}  // namespace integrad
