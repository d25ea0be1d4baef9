// Any text as a hub's list of files, as an index of shards, as headers about a file, as the name of
// a model: an error, or names that are safe as paths below a folder.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "integrad/hub/hub_answer.h"
#include "integrad/hub/hub_error.h"
#include "integrad/hub/needed_files.h"

namespace {

void expect_below(std::string_view name) {
  const std::string path = "/" + std::string(name) + "/";
  if (path.find("/../") != std::string::npos || path.find("//") != std::string::npos ||
      path.find('\0') != std::string::npos) {
    std::abort();
  }
}

/// Calls `read` and lets the errors pass that a malformed answer may cause.
template <class Read>
void attempt(Read&& read) {
  try {
    read();
  } catch (const integrad::HubError&) {
  }
}

void read_facts(std::string_view text) {
  const std::size_t end = text.find('\n');
  integrad::HttpResponse response;
  response.headers["etag"] = text.substr(0, end);
  response.headers["content-length"] = end == std::string_view::npos ? "1" : text.substr(end + 1);
  const auto facts = integrad::read_file_facts(response, std::string(40, '0'), "config.json", "x");
  expect_below(facts.etag);
  if (facts.size < 0 || facts.size > integrad::size_limit("config.json")) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  attempt([&] {
    const auto listing = integrad::read_listing(text, "fuzz");
    if (!integrad::is_commit(listing.commit)) std::abort();
    for (const std::string& file : listing.files) expect_below(file);
  });
  attempt([&] {
    for (const std::string& shard : integrad::shards_of(text, "fuzz")) expect_below(shard);
  });
  attempt([&] { read_facts(text); });
  if (const auto id = integrad::parse_model_id(text)) {
    expect_below(id->name);
    expect_below(id->revision);
  }
  return 0;
}
