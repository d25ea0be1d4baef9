#include "hub_server.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "integrad/hub/find_model.h"

namespace integrad {

namespace fs = std::filesystem;

HubServer::HubServer() {
  forget_proxies();
  std::array<int, 2> in{}, out{};
  if (::pipe(in.data()) != 0 || ::pipe(out.data()) != 0) throw std::runtime_error("no pipe");
  const std::string folder = folder_.path().string();
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    for (const int descriptor : {in[0], in[1], out[0], out[1]}) ::close(descriptor);
    ::execl(INTEGRAD_PYTHON, INTEGRAD_PYTHON, "-B", INTEGRAD_HUB_SERVER, folder.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  std::string line;
  char c = 0;
  while (::read(out[0], &c, 1) == 1 && c != '\n') line += c;
  ::close(out[0]);
  const std::string host = "http://127.0.0.1:";
  url_ = host + line.substr(0, line.find(' '));
  other_url_ = host + line.substr(line.rfind(' ') + 1);
}

HubServer::~HubServer() {
  ::close(input_);
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
}

void HubServer::add_model(const std::string& model, const std::string& commit,
                          const std::vector<std::pair<std::string, std::string>>& files) const {
  const fs::path folder = folder_ / ("models/" + model);
  fs::create_directories(folder);
  std::string large;
  for (const auto& [name, text] : files) {
    const bool stored = name.starts_with("large:");
    const std::string plain = stored ? name.substr(6) : name;
    write_text(folder / plain, text);
    if (stored) large += plain + "\n";
  }
  write_text(folder / ".large", large);
  write_text(folder / ".revisions", "main\nv1.0\nrefs/pr/1\n");
  write_text(folder / ".commit", commit);
}

void HubServer::set_faults(const std::string& json) const {
  write_text(folder_ / "faults.json", json);
}

std::vector<SeenRequest> HubServer::log() const {
  std::vector<SeenRequest> requests;
  std::istringstream stream(read_text(folder_ / "log.jsonl"));
  for (std::string line; std::getline(stream, line);) {
    const auto entry = nlohmann::json::parse(line);
    requests.push_back(
        {entry["port"], entry["method"], entry["path"], entry["authorization"], entry["range"]});
  }
  return requests;
}

int HubServer::count(const std::string& part, const std::string& method) const {
  int count = 0;
  for (const SeenRequest& request : log()) {
    if (request.path.find(part) != std::string::npos &&
        (method.empty() || request.method == method)) {
      ++count;
    }
  }
  return count;
}

void forget_proxies() {
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    ::unsetenv(name);
  }
}

std::string commit_of(char digit) { return std::string(40, digit); }

HubTest::HubTest() {
  for (unsigned i = 0; i < 300'000; ++i) weights_ += static_cast<char>(i * 7919 >> 3);
  server_.add_model("owner/tiny", commit_of('a'),
                    {{"config.json", "{\"model_type\": \"bert\"}"},
                     {"tokenizer.json", "{}"},
                     {"tokenizer_config.json", "{\"do_lower_case\": true}"},
                     {"README.md", "# not needed"},
                     {"large:pytorch_model.bin", "not needed either"},
                     {"large:model.safetensors", weights_}});
}

HubOptions HubTest::options() const {
  HubOptions options;
  options.cache = cache_ / "hub";
  options.endpoint = server_.url();
  options.token = "hf_secret";
  options.answer_timeout = options.data_timeout = std::chrono::seconds(5);
  options.first_delay = std::chrono::milliseconds(1);
  return options;
}

HubFailure HubTest::failure(const std::string& name, const HubOptions& options) {
  try {
    const auto found = find_model(name, options);
    ADD_FAILURE() << name << " was found: " << found;
  } catch (const HubError& error) {
    message_ = error.what();
    EXPECT_EQ(message_.find('\n'), std::string::npos);
    EXPECT_EQ(message_.find("hf_secret"), std::string::npos);
    EXPECT_EQ(message_.find("signature"), std::string::npos);
    return error.kind();
  }
  return {};
}

}  // namespace integrad
