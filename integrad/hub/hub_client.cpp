#include "integrad/hub/hub_client.h"

#include <string_view>
#include <utility>

#include "integrad/base/error.h"
#include "integrad/hub/hub_answer.h"
#include "integrad/hub/hub_error.h"
#include "integrad/hub/retry.h"

namespace integrad {
namespace {

constexpr int most_redirects = 10;
constexpr std::size_t longest_text = 32 << 20;
constexpr int whole_answer = 6;  // times the silence that ends a question

/// For a URL; `kept` stays as it is besides letters, digits and "-._~".
std::string percent_encoded(std::string_view text, std::string_view kept) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view("-._~").find(c) != kept.npos || kept.find(c) != kept.npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      out += c;
    } else {
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

bool is_redirect(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// What an answer on the way says of the file itself, and the end of the way may not know.
void keep_facts(const HttpResponse& from, HttpResponse& to) {
  for (const char* name : {"x-repo-commit", "x-linked-etag", "x-linked-size"}) {
    if (const std::string value = from.header(name); !value.empty()) to.headers[name] = value;
  }
}

/// A request whose answer is short.
HttpRequest question(const std::string& url, const HubOptions& options) {
  HttpRequest request;
  request.url = url;
  request.silence = options.answer_timeout;
  request.whole = options.answer_timeout * whole_answer;
  return request;
}

}  // namespace

HubClient::HubClient(const HubOptions& options, std::function<void()> tick)
    : options_(options), tick_(std::move(tick)), http_(options.certificates) {
  const auto origin = origin_of(options.endpoint);
  if (!origin) {
    throw UsageError(
        "HF_ENDPOINT must be an address of http or https, such as "
        "https://huggingface.co");
  }
  home_ = *origin;
}

HttpResponse HubClient::follow(HttpRequest request, const HttpReceiver& receiver,
                               const std::string& what) {
  const auto fail = [&](const std::string& problem) {
    throw HubError(HubFailure::bad_answer, what + ": " + problem);
  };
  HttpResponse facts;
  for (int hop = 0; hop <= most_redirects; ++hop) {
    const std::string origin = origin_of(request.url).value_or("");
    request.token = origin == home_ ? options_.token : "";
    HttpResponse response;
    try {
      response = http_.send(request, receiver);
    } catch (const HubError& error) {
      throw HubError(error.kind(), what + ": " + error.what());
    }
    keep_facts(response, facts);
    if (!is_redirect(response.status)) {
      keep_facts(facts, response);
      const bool good = response.status >= 200 && response.status < 300;
      if (good || (response.status == 416 && request.from > 0)) return response;
      fail_for_status(response, what, origin == home_ ? options_.endpoint : origin,
                      !request.token.empty());
    }
    // A store behind the hub often answers nothing but the one signed GET; the hub has told all.
    if (request.head_only && !facts.header("x-linked-etag").empty() &&
        !facts.header("x-linked-size").empty()) {
      return facts;
    }
    const auto next = redirected(request.url, response.header("location"));
    if (!next) fail("the server redirects to no address of http or https");
    if (origin.starts_with("https:") && !next->starts_with("https:")) {
      fail("the server redirects from https to http");
    }
    request.url = *next;
  }
  fail("the server redirects without end");
  return {};
}

std::string HubClient::text_of(const std::string& url, const std::string& what) {
  std::string text;
  HttpReceiver receiver;
  receiver.begin = [&](const HttpResponse&) { text.clear(); };
  receiver.take = [&](std::span<const std::byte> bytes) {
    if (text.size() + bytes.size() > longest_text) {
      throw HubError(HubFailure::bad_answer, what + ": the answer has more than 32 MiB");
    }
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  ask(question(url, options_), receiver, what);
  return text;
}

HttpResponse HubClient::ask(const HttpRequest& request, HttpReceiver& receiver,
                            const std::string& what) {
  receiver.tick = tick_;
  Retry retry(options_, tick_);
  for (;;) {
    try {
      return follow(request, receiver, what);
    } catch (const HubError& error) {
      retry.wait_or_rethrow(error);
    }
  }
}

std::string HubClient::file_url(const std::string& model, const std::string& commit,
                                const std::string& file) const {
  return options_.endpoint + "/" + percent_encoded(model, "/") + "/resolve/" + commit + "/" +
         percent_encoded(file, "/");
}

HubListing HubClient::list(const ModelId& id) {
  const std::string what = "model " + id.name + ", revision " + id.revision;
  const std::string url = options_.endpoint + "/api/models/" + percent_encoded(id.name, "/") +
                          "/revision/" + percent_encoded(id.revision, "");
  return read_listing(text_of(url, what), what);
}

HubFile HubClient::look_up(const std::string& model, const std::string& commit,
                           const std::string& file) {
  const std::string what = "model " + model + ", " + file;
  HttpRequest request = question(file_url(model, commit, file), options_);
  request.head_only = true;
  HttpReceiver receiver;
  return read_file_facts(ask(request, receiver, what), commit, file, what);
}

HttpResponse HubClient::fetch(const std::string& model, const HubFile& file, std::int64_t from,
                              const HttpReceiver& receiver) {
  HttpRequest request;
  request.url = file_url(model, file.commit, file.name);
  request.from = from;
  request.silence = options_.data_timeout;
  return follow(request, receiver, "model " + model + ", " + file.name);
}

}  // namespace integrad
