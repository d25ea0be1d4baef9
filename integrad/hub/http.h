// One HTTP request at a time, by libcurl. Redirects are not followed, nothing is tried again: that
// is hub_client's. The only file that knows libcurl is http.cpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace integrad {

struct HttpRequest {
  std::string url;
  bool head_only = false;
  std::string token;                          // "Authorization: Bearer TOKEN"; "": no such header
  std::int64_t from = 0;                      // > 0: bytes from here on
  std::chrono::seconds silence{10};           // longest wait for a connection or a byte
  std::optional<std::chrono::seconds> whole;  // longest time for everything
};

struct HttpResponse {
  long status = 0;
  std::map<std::string, std::string> headers;  // names in small letters
  std::optional<std::chrono::seconds> retry_after;

  /// "" when there is no such header.
  std::string header(const std::string& name) const;
};

/// What becomes of the bytes. Functions may throw: the transfer ends and `send` throws the same.
struct HttpReceiver {
  std::function<void(const HttpResponse&)> begin;        // the head of an answer with status 2xx
  std::function<void(std::span<const std::byte>)> take;  // its body, piece by piece
  std::function<void()> tick;                            // at least about once a second
};

/// Keeps its connections open. Belongs to one thread.
class HttpClient {
 public:
  /// `certificates`: file of trusted certificates, "" for the system's.
  explicit HttpClient(std::filesystem::path certificates);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  /// Throws HubError: no_connection, connection_lost, untrusted_connection, bad_answer.
  HttpResponse send(const HttpRequest& request, const HttpReceiver& receiver);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// "https://host:443" of a URL of http or https; none for anything else.
std::optional<std::string> origin_of(const std::string& url);
/// `location`, the header of a redirect, seen from `url`; none when it is malformed or leads to
/// something that is not http or https.
std::optional<std::string> redirected(const std::string& url, const std::string& location);
/// "https://host/path": what an error message may show, without password and signature.
std::string shown_url(const std::string& url);

}  // namespace integrad
