#include "integrad/checkpoint/safetensors_events.h"

#include <utility>

#include "integrad/checkpoint/message.h"

namespace integrad {

void SafetensorsEvents::fail_field(const std::string& expected) const {
  fail_checkpoint(file_,
                  "tensor " + in_quotes(name_) + ": " + in_quotes(key_) + " must be " + expected);
}

void SafetensorsEvents::begin_entry() {
  name_ = std::move(key_);
  dtype_.reset();
  shape_.reset();
  data_offsets_.reset();
  place_ = Place::entry;
}

void SafetensorsEvents::end_entry() {
  key_ = !dtype_ ? "dtype" : !shape_ ? "shape" : "data_offsets";
  if (!dtype_ || !shape_ || !data_offsets_) fail_field("given");
  if (data_offsets_->size() != 2) {
    fail_field("two numbers, found " + std::to_string(data_offsets_->size()));
  }
  shape_->shrink_to_fit();
  entries.push_back({std::move(name_), *dtype_, std::move(*shape_), data_offsets_->front(),
                     data_offsets_->back()});
  place_ = Place::root;
}

void SafetensorsEvents::begin_object() {
  switch (place_) {
    case Place::outside:
      place_ = Place::root;
      return;
    case Place::root:
      if (key_ == "__metadata__") {
        if (std::exchange(metadata_seen_, true)) {
          fail_checkpoint(file_, "the header names \"__metadata__\" twice");
        }
        place_ = Place::metadata;
      } else {
        begin_entry();
      }
      return;
    case Place::entry:
      if (key_ == "dtype") fail_field("a string, found an object");
      if (key_ == "shape" || key_ == "data_offsets") {
        fail_field("a list of whole numbers, found an object");
      }
      place_ = Place::ignored;
      ++ignored_levels_;
      return;
    case Place::numbers:
      fail_field("a list of whole numbers, found an object in it");
    case Place::metadata:
      fail_checkpoint(
          file_, "\"__metadata__\" must hold strings, found an object under " + in_quotes(key_));
    case Place::ignored:
      ++ignored_levels_;
  }
}

void SafetensorsEvents::key(std::string&& name) {
  if (place_ == Place::ignored) return;
  key_ = std::move(name);
}

void SafetensorsEvents::end_object() {
  switch (place_) {
    case Place::entry:
      end_entry();
      return;
    case Place::metadata:
      place_ = Place::root;
      return;
    case Place::ignored:
      if (--ignored_levels_ == 0) place_ = Place::entry;
      return;
    default:
      place_ = Place::outside;
  }
}

void SafetensorsEvents::begin_array() {
  switch (place_) {
    case Place::outside:
      fail_checkpoint(file_, "the header must be a JSON object, found an array");
    case Place::root:
      fail_checkpoint(file_, "tensor " + in_quotes(key_) + " must be an object, found an array");
    case Place::entry: {
      if (key_ == "dtype") fail_field("a string, found an array");
      const bool shape = key_ == "shape";
      if (!shape && key_ != "data_offsets") {
        place_ = Place::ignored;
        ++ignored_levels_;
        return;
      }
      auto& list = shape ? shape_ : data_offsets_;
      if (list.has_value()) fail_field("given once");
      list.emplace();
      place_ = Place::numbers;
      return;
    }
    case Place::numbers:
      fail_field("a list of whole numbers, found an array in it");
    case Place::metadata:
      fail_checkpoint(
          file_, "\"__metadata__\" must hold strings, found an array under " + in_quotes(key_));
    case Place::ignored:
      ++ignored_levels_;
  }
}

void SafetensorsEvents::end_array() {
  const bool list_ends = place_ == Place::numbers;
  const bool ignored_field_ends = place_ == Place::ignored && --ignored_levels_ == 0;
  if (list_ends || ignored_field_ends) place_ = Place::entry;
}

void SafetensorsEvents::scalar(JsonScalar&& value) {
  switch (place_) {
    case Place::outside:
      fail_checkpoint(file_, "the header must be a JSON object, found a single value");
    case Place::root:
      fail_checkpoint(file_, "tensor " + in_quotes(key_) + " must be an object, found a value");
    case Place::numbers: {
      const auto* number = std::get_if<std::uint64_t>(&value);
      if (number == nullptr) fail_field("a list of whole numbers from 0");
      (key_ == "shape" ? shape_ : data_offsets_)->push_back(*number);
      return;
    }
    case Place::entry: {
      if (key_ == "shape" || key_ == "data_offsets") fail_field("a list of whole numbers");
      if (key_ != "dtype") return;  // unknown fields are ignored, as the reference does
      const auto* name = std::get_if<std::string>(&value);
      if (name == nullptr) fail_field("a string");
      if (dtype_.has_value()) fail_field("given once");
      dtype_ = dtype_of_name(*name);
      if (!dtype_) fail_field("a known number format, found " + in_quotes(*name));
      return;
    }
    case Place::metadata: {
      auto* text = std::get_if<std::string>(&value);
      if (text == nullptr) {
        fail_checkpoint(file_, "\"__metadata__\" must hold strings, found another value under " +
                                   in_quotes(key_));
      }
      if (!metadata.emplace(key_, std::move(*text)).second) {
        fail_checkpoint(file_, "\"__metadata__\" names " + in_quotes(key_) + " twice");
      }
      return;
    }
    case Place::ignored:
      return;
  }
}

}  // namespace integrad
