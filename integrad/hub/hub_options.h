// Where models are looked for and how they are fetched.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace integrad {

/// How far a download is. Totals grow once, when the parts of a model in several files are known.
struct HubProgress {
  std::string file;            // that is being fetched; "" while facts are asked for
  std::int64_t bytes = 0;      // of all files, those found in the cache included
  std::int64_t all_bytes = 0;  // 0 while not known
};

/// What is to be found in the folder.
enum class HubNeed {
  model,      // config.json, weights in one format, all files of the tokenizer
  tokenizer,  // the same without weights
};

struct HubOptions {
  std::filesystem::path cache;  // the folder "hub" of the Hugging Face cache
  std::string endpoint = "https://huggingface.co";
  std::string token;     // sent to the endpoint's own scheme, host and port only; "": none
  bool offline = false;  // the cache only
  HubNeed need = HubNeed::model;
  std::filesystem::path certificates;  // file of trusted certificates; "": the system's

  std::chrono::seconds answer_timeout{10};      // silence that ends a question
  std::chrono::seconds data_timeout{10};        // silence that ends a transfer
  int attempts = 5;                             // in a row without anything gained
  std::chrono::milliseconds first_delay{1000};  // before the second attempt; doubles each time
  std::chrono::seconds longest_delay{60};       // a server that asks for more is an error

  /// Called after every piece and at least about once a second, also while waiting. What it throws
  /// ends the search and reaches the caller; what was fetched by then is resumed next time.
  std::function<void(const HubProgress&)> on_progress;
};

/// Value of an environment variable, "" when it is not set.
using Environment = std::function<std::string(const std::string& name)>;

/// What huggingface_hub would use: cache from HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME,
/// XDG_CACHE_HOME or ~/.cache; HF_ENDPOINT; token from HF_TOKEN, HUGGING_FACE_HUB_TOKEN, the file
/// HF_TOKEN_PATH or HF_HOME/token; HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE;
/// HF_HUB_DISABLE_IMPLICIT_TOKEN; HF_HUB_ETAG_TIMEOUT, HF_HUB_DOWNLOAD_TIMEOUT; certificates from
/// REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE. Proxies are curl's: http_proxy,
/// https_proxy, all_proxy, no_proxy. Throws UsageError for a token or a timeout that cannot be one.
HubOptions hub_options_from(const Environment& environment);
/// The same of the environment of this process.
HubOptions hub_options_from_environment();

}  // namespace integrad
