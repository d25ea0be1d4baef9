#include "integrad/checkpoint/json_reader.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "integrad/checkpoint/message.h"

namespace integrad {
namespace {

/// The part of the parser's message that says what is wrong. What it read last is left out: that
/// may be megabytes, and need not be text.
std::string fault_of(std::string_view message) {
  if (message.find("number overflow") != std::string_view::npos) return "number too large";
  if (const auto dash = message.find(" - "); dash != std::string_view::npos) {
    message.remove_prefix(dash + 3);
  } else if (const auto bracket = message.find("] "); bracket != std::string_view::npos) {
    message.remove_prefix(bracket + 2);
  }
  return std::string(message.substr(0, message.find(';')).substr(0, 200));
}

/// Passes the parser's events on and counts the levels. The names are the parser's.
class Forwarder {
 public:
  Forwarder(const std::filesystem::path& file, JsonEvents& events) : file_(file), events_(events) {}

  bool null() { return scalar(nullptr); }
  bool boolean(bool value) { return scalar(value); }
  bool number_integer(std::int64_t value) { return scalar(value); }
  bool number_unsigned(std::uint64_t value) { return scalar(value); }
  bool number_float(double value, const std::string&) { return scalar(value); }
  bool string(std::string& value) { return scalar(std::move(value)); }
  bool binary(nlohmann::json::binary_t&) { return false; }  // does not occur in text
  bool start_object(std::size_t) {
    enter();
    events_.begin_object();
    return true;
  }
  bool key(std::string& name) {
    events_.key(std::move(name));
    return true;
  }
  bool end_object() {
    --level_;
    events_.end_object();
    return true;
  }
  bool start_array(std::size_t) {
    enter();
    events_.begin_array();
    return true;
  }
  bool end_array() {
    --level_;
    events_.end_array();
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const std::exception& error) {
    fail_checkpoint(file_, "not valid JSON at byte " + std::to_string(position) + ": " +
                               fault_of(error.what()));
  }

 private:
  bool scalar(JsonScalar value) {
    events_.scalar(std::move(value));
    return true;
  }
  void enter() {
    if (++level_ > deepest_json) {
      fail_checkpoint(file_,
                      "the JSON is nested deeper than " + std::to_string(deepest_json) + " levels");
    }
  }

  const std::filesystem::path& file_;
  JsonEvents& events_;
  int level_ = 0;
};

}  // namespace

void read_json(std::string_view text, const std::filesystem::path& file, JsonEvents& events) {
  // The parser takes a zero byte for the end of the text; JSON never contains one.
  if (const auto zero = text.find('\0'); zero != std::string_view::npos) {
    fail_checkpoint(file, "not valid JSON at byte " + std::to_string(zero + 1) + ": zero byte");
  }
  Forwarder forwarder(file, events);
  nlohmann::json::sax_parse(text.begin(), text.end(), &forwarder);
}

}  // namespace integrad
