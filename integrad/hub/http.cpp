#include "integrad/hub/http.h"

#include <curl/curl.h>

#include <array>
#include <exception>
#include <stdexcept>
#include <utility>

#include "integrad/hub/hub_error.h"

namespace integrad {
namespace {

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

constexpr std::size_t longest_head = 1 << 18;
constexpr std::size_t longest_ignored_body = 1 << 16;

std::string small_letters(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return text;
}

std::string trimmed(const std::string& text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blank);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(blank) + 1 - begin);
}

/// What one transfer knows. No exception may pass through libcurl, so it waits here.
struct Transfer {
  const HttpReceiver* receiver = nullptr;
  HttpResponse response;
  std::size_t head_bytes = 0;
  std::size_t ignored_bytes = 0;
  bool begun = false;
  bool enough = false;  // of the body of an error
  std::exception_ptr thrown;

  bool good() const { return response.status >= 200 && response.status < 300; }

  template <class Function>
  bool guarded(Function function) {
    if (thrown) return false;
    try {
      function();
      return true;
    } catch (...) {
      thrown = std::current_exception();
      return false;
    }
  }

  void begin_once() {
    if (begun || !good()) return;
    begun = true;
    if (receiver->begin) receiver->begin(response);
  }
};

std::size_t on_header(const char* data, std::size_t one, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string line(data, size);
  const bool fine = transfer.guarded([&] {
    transfer.head_bytes += size;
    if (transfer.head_bytes > longest_head) {
      throw HubError(HubFailure::bad_answer, "the head of the answer does not end");
    }
    if (line.starts_with("HTTP/")) {  // of this answer, after those that only announce it
      transfer.response = {};
      const std::size_t blank = line.find(' ');
      transfer.response.status =
          blank == std::string::npos ? 0 : std::strtol(line.c_str() + blank, nullptr, 10);
      return;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) {
      // The end of the head; what it announces is judged before any byte of the body.
      if (trimmed(line).empty()) transfer.begin_once();
      return;
    }
    transfer.response.headers[small_letters(line.substr(0, colon))] =
        trimmed(line.substr(colon + 1));
  });
  return fine ? one * size : 0;
}

std::size_t on_body(const char* data, std::size_t one, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (!transfer.good()) {
    transfer.ignored_bytes += size;
    transfer.enough = transfer.ignored_bytes > longest_ignored_body;
    return transfer.enough ? 0 : one * size;
  }
  const bool fine = transfer.guarded([&] {
    if (transfer.receiver->take) {
      transfer.receiver->take(std::as_bytes(std::span(data, size)));
    }
  });
  return fine ? one * size : 0;
}

int on_tick(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(user);
  const bool fine = transfer.guarded([&] {
    if (transfer.receiver->tick) transfer.receiver->tick();
  });
  return fine ? 0 : 1;
}

HubFailure kind_of(CURLcode code, bool connected) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PROXY:
      return HubFailure::no_connection;
    case CURLE_OPERATION_TIMEDOUT:
      return connected ? HubFailure::connection_lost : HubFailure::no_connection;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return HubFailure::connection_lost;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
      return HubFailure::untrusted_connection;
    default:
      return HubFailure::bad_answer;
  }
}

std::string part_of(CURLU* url, CURLUPart part, unsigned int flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return "";
  const std::unique_ptr<char, decltype(&curl_free)> owner(text, &curl_free);
  return text;
}

Url parsed(const std::string& text) {
  Url url(curl_url(), &curl_url_cleanup);
  if (url && curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) url.reset();
  return url;
}

}  // namespace

std::string HttpResponse::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

struct HttpClient::Parts {
  std::filesystem::path certificates;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl{nullptr, &curl_easy_cleanup};
};

HttpClient::HttpClient(std::filesystem::path certificates) : parts_(std::make_unique<Parts>()) {
  parts_->certificates = std::move(certificates);
  curl_global_init(CURL_GLOBAL_DEFAULT);  // counts its calls, from any thread
  parts_->curl.reset(curl_easy_init());
  if (!parts_->curl) {
    curl_global_cleanup();
    throw std::runtime_error("libcurl cannot be started");
  }
}

HttpClient::~HttpClient() {
  parts_->curl.reset();
  curl_global_cleanup();
}

HttpResponse HttpClient::send(const HttpRequest& request, const HttpReceiver& receiver) {
  CURL* curl = parts_->curl.get();
  curl_easy_reset(curl);
  Transfer transfer;
  transfer.receiver = &receiver;
  std::array<char, CURL_ERROR_SIZE> message{};
  const std::string range = std::to_string(request.from) + "-";
  List headers(curl_slist_append(nullptr, "Accept-Encoding: identity"), &curl_slist_free_all);
  if (!request.token.empty()) {
    curl_slist_append(headers.get(), ("Authorization: Bearer " + request.token).c_str());
  }
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "integrad/" INTEGRAD_VERSION);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  if (request.head_only) curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  if (request.from > 0) curl_easy_setopt(curl, CURLOPT_RANGE, range.c_str());
  if (!parts_->certificates.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, parts_->certificates.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message.data());
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(request.silence.count()));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.silence.count()));
  if (request.whole) {
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(request.whole->count()));
  }
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &on_tick);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);

  const CURLcode code = curl_easy_perform(curl);
  if (transfer.thrown) std::rethrow_exception(transfer.thrown);
  if (code != CURLE_OK && !transfer.enough) {
    curl_off_t connected = 0;
    curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME_T, &connected);
    const std::string reason = message[0] == '\0' ? curl_easy_strerror(code) : message.data();
    throw HubError(kind_of(code, connected > 0), shown_url(request.url) + ": " + reason);
  }
  curl_off_t wait = 0;
  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
  if (wait > 0) transfer.response.retry_after = std::chrono::seconds(wait);
  return transfer.response;
}

std::optional<std::string> origin_of(const std::string& url) {
  const Url parts = parsed(url);
  if (!parts) return {};
  const std::string scheme = small_letters(part_of(parts.get(), CURLUPART_SCHEME));
  if (scheme != "http" && scheme != "https") return {};
  return scheme + "://" + small_letters(part_of(parts.get(), CURLUPART_HOST)) + ":" +
         part_of(parts.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

std::optional<std::string> redirected(const std::string& url, const std::string& location) {
  const Url parts = parsed(url);
  if (!parts || curl_url_set(parts.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK) {
    return {};
  }
  const std::string target = part_of(parts.get(), CURLUPART_URL);
  if (!origin_of(target)) return {};
  return target;
}

std::string shown_url(const std::string& url) {
  const Url parts = parsed(url);
  if (!parts) return "the given address";
  for (const CURLUPart part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS,
                               CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
    curl_url_set(parts.get(), part, nullptr, 0);
  }
  return part_of(parts.get(), CURLUPART_URL);
}

}  // namespace integrad
