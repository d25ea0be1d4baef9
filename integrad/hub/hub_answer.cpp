#include "integrad/hub/hub_answer.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "integrad/hub/hub_error.h"
#include "integrad/hub/needed_files.h"

namespace integrad {
namespace {

constexpr std::size_t most_files = 100'000;

[[noreturn]] void fail(const std::string& what, const std::string& problem) {
  throw HubError(HubFailure::bad_answer, what + ": " + problem);
}

/// As huggingface_hub's _normalize_etag.
std::string normalised_etag(std::string etag) {
  etag.erase(0, std::min(etag.find_first_not_of("W/"), etag.size()));
  etag.erase(0, std::min(etag.find_first_not_of('"'), etag.size()));
  etag.erase(etag.find_last_not_of('"') + 1);
  return etag;
}

/// An etag becomes the name of a file.
bool is_safe_etag(std::string_view etag) {
  constexpr std::size_t longest = 128;
  return !etag.empty() && etag.size() <= longest && etag.front() != '.' &&
         std::all_of(etag.begin(), etag.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-' || c == '_' || c == '.';
         });
}

/// What the server says, on one line and not long.
std::string explanation(const HttpResponse& response) {
  constexpr std::size_t longest = 200;
  const std::string text = response.header("x-error-message");
  return text.empty() ? "" : " (\"" + text.substr(0, longest) + "\")";
}

}  // namespace

HubListing read_listing(std::string_view text, const std::string& what) {
  const auto root = nlohmann::json::parse(text, nullptr, false);
  if (!root.is_object()) fail(what, "the answer is no JSON object; is the endpoint a hub?");
  const auto string_at = [](const nlohmann::json& object, const char* key) -> std::string {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
  };
  HubListing listing;
  listing.commit = string_at(root, "sha");
  if (!is_commit(listing.commit)) fail(what, "the answer names no commit");
  const auto siblings = root.find("siblings");
  if (siblings == root.end() || !siblings->is_array()) fail(what, "the answer lists no files");
  if (siblings->size() > most_files) fail(what, "the answer lists more than 100000 files");
  for (const auto& entry : *siblings) {
    const std::string name = entry.is_object() ? string_at(entry, "rfilename") : "";
    if (!is_safe_relative_path(name)) fail(what, "the answer lists a file with an unsafe name");
    listing.files.insert(name);
  }
  return listing;
}

HubFile read_file_facts(const HttpResponse& response, const std::string& commit,
                        const std::string& file, const std::string& what) {
  const std::string linked_etag = response.header("x-linked-etag");
  const std::string linked_size = response.header("x-linked-size");
  HubFile facts{commit, file,
                normalised_etag(linked_etag.empty() ? response.header("etag") : linked_etag), -1};
  const std::string said = response.header("x-repo-commit");
  if (!said.empty() && said != commit) fail(what, "the answer is of another commit");
  if (!is_safe_etag(facts.etag)) fail(what, "the answer has no usable ETag");
  const std::string size = linked_size.empty() ? response.header("content-length") : linked_size;
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), facts.size);
  if (size.empty() || error != std::errc() || end != size.data() + size.size() || facts.size < 0) {
    fail(what, "the answer has no usable size");
  }
  if (facts.size > size_limit(file)) {
    fail(what, "a size of " + size + " bytes is more than such a file can have");
  }
  return facts;
}

void fail_for_status(const HttpResponse& response, const std::string& what,
                     const std::string& server, bool with_token) {
  const std::string code = response.header("x-error-code");
  const std::string start = what + ": " + shown_url(server) + " ";
  const std::string end = explanation(response);
  const long status = response.status;
  const std::string number = std::to_string(status);
  if (status == 403 || code == "GatedRepo") {
    throw HubError(HubFailure::forbidden,
                   start + "refuses access (" + number +
                       "); accept the model's conditions on its page and set HF_TOKEN to a token "
                       "that may read it" +
                       end);
  }
  if (code == "RevisionNotFound") {
    throw HubError(HubFailure::revision_not_found, start + "knows no such revision" + end);
  }
  if (code == "EntryNotFound") {
    throw HubError(HubFailure::file_not_found, start + "has no such file" + end);
  }
  if (status == 404 || code == "RepoNotFound") {
    throw HubError(HubFailure::model_not_found,
                   start + "knows no such model, or it is private" +
                       (with_token ? " and not open to the token" : " (HF_TOKEN sets a token)") +
                       end);
  }
  if (status == 401) {
    throw HubError(HubFailure::unauthorised,
                   start +
                       (with_token ? "does not accept the token (401); check HF_TOKEN"
                                   : "asks for a token (401): there is no such model or it is "
                                     "private; set HF_TOKEN") +
                       end);
  }
  if (status == 429) {
    const auto wait = response.retry_after;
    throw HubError(HubFailure::too_many_requests,
                   start + "has had too many requests (429); try again " +
                       (wait ? "in " + std::to_string(wait->count()) + " s" : "later") + end,
                   wait);
  }
  if (status >= 500) {
    throw HubError(HubFailure::server_failure,
                   start + "fails (" + number + "); try again later" + end, response.retry_after);
  }
  throw HubError(HubFailure::bad_answer, start + "answers with status " + number + end);
}

}  // namespace integrad
