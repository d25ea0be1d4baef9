#include "integrad/hub/hub_options.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <initializer_list>

#include "integrad/base/error.h"

namespace integrad {
namespace {

namespace fs = std::filesystem;

bool is_true(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text == "1" || text == "ON" || text == "YES" || text == "TRUE";
}

std::string first_of(const Environment& environment, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (std::string value = environment(name); !value.empty()) return value;
  }
  return "";
}

std::string home(const Environment& environment) {
  if (std::string given = environment("HOME"); !given.empty()) return given;
  const passwd* entry = ::getpwuid(::getuid());
  return entry != nullptr && entry->pw_dir != nullptr ? entry->pw_dir : "";
}

bool is_name_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// "~" at the front, "$NAME" and "${NAME}", as Python's expanduser and expandvars replace them.
fs::path expanded(const std::string& text, const Environment& environment) {
  std::string path;
  std::size_t i = 0;
  if (text == "~" || text.starts_with("~/")) {
    path = home(environment);
    i = 1;
  }
  while (i < text.size()) {
    const bool braces = text.compare(i, 2, "${") == 0;
    const std::size_t begin = i + (braces ? 2 : 1);
    std::size_t end = begin;
    while (end < text.size() && is_name_character(text[end])) ++end;
    const bool variable =
        text[i] == '$' && end > begin && (!braces || (end < text.size() && text[end] == '}'));
    const std::string value = variable ? environment(text.substr(begin, end - begin)) : "";
    if (value.empty()) {
      path += text[i++];
    } else {
      path += value;
      i = end + (braces ? 1 : 0);
    }
  }
  return path;
}

std::string clean_token(std::string token) {
  constexpr std::string_view blank = " \t\r\n";
  token.erase(0, std::min(token.find_first_not_of(blank), token.size()));
  token.erase(token.find_last_not_of(blank) + 1);
  if (std::any_of(token.begin(), token.end(), [](char c) { return c <= ' ' || c > '~'; })) {
    throw UsageError(
        "the Hugging Face token (HF_TOKEN or its file) holds blanks or other "
        "characters that no token has; set it again");
  }
  return token;
}

std::string token_of(const Environment& environment, const fs::path& hub_home) {
  if (is_true(environment("HF_HUB_DISABLE_IMPLICIT_TOKEN"))) return "";
  std::string token = clean_token(first_of(environment, {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}));
  if (!token.empty()) return token;
  const std::string given = environment("HF_TOKEN_PATH");
  std::ifstream file(given.empty() ? hub_home / "token" : expanded(given, environment));
  constexpr std::size_t longest = 4096;
  std::string text(longest, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return clean_token(text);
}

std::chrono::seconds timeout_of(const Environment& environment, const char* name,
                                std::chrono::seconds usual) {
  const std::string text = environment(name);
  if (text.empty()) return usual;
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 1 || seconds > 86'400) {
    throw UsageError(std::string(name) + " must be a number of seconds from 1 to 86400, found \"" +
                     text + "\"");
  }
  return std::chrono::seconds(seconds);
}

}  // namespace

HubOptions hub_options_from(const Environment& environment) {
  HubOptions options;
  std::string base = environment("HF_HOME");
  if (base.empty()) {
    const std::string caches = environment("XDG_CACHE_HOME");
    base = (caches.empty() ? fs::path(home(environment)) / ".cache" : fs::path(caches)) /
           "huggingface";
  }
  const fs::path hub_home = expanded(base, environment);
  const std::string cache = first_of(environment, {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"});
  options.cache = cache.empty() ? hub_home / "hub" : expanded(cache, environment);
  if (const std::string endpoint = environment("HF_ENDPOINT"); !endpoint.empty()) {
    options.endpoint = endpoint;
  }
  while (options.endpoint.ends_with('/')) options.endpoint.pop_back();
  options.offline = is_true(first_of(environment, {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"}));
  if (!options.offline) options.token = token_of(environment, hub_home);
  options.certificates =
      expanded(first_of(environment, {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"}),
               environment);
  options.answer_timeout = timeout_of(environment, "HF_HUB_ETAG_TIMEOUT", options.answer_timeout);
  options.data_timeout = timeout_of(environment, "HF_HUB_DOWNLOAD_TIMEOUT", options.data_timeout);
  return options;
}

HubOptions hub_options_from_environment() {
  return hub_options_from([](const std::string& name) -> std::string {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? "" : value;
  });
}

}  // namespace integrad
