#include "integrad/base/profile.h"

namespace integrad {

std::string_view to_string(Room room) {
  switch (room) {
    case Room::tokenize:
      return "tokenize";
    case Room::embed:
      return "embed";
    case Room::products:
      return "products";
    case Room::attention:
      return "attention";
    case Room::row_work:
      return "row work";
    case Room::path:
      return "path";
    case Room::render:
      break;
  }
  return "render";
}

double Profile::seconds() const {
  double sum = 0;
  for (const Entry& entry : entries_) sum += entry.seconds;
  return sum;
}

void Timed::start(Room room, double operations) {
  if (profile_->watch_) profile_->watch_();
  room_ = room;
  outer_ = profile_->current_;
  profile_->current_ = this;
  profile_->entries_[static_cast<std::size_t>(room)].operations += operations;
  begin_ = Clock::now();
}

void Timed::stop() {
  const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  profile_->entries_[static_cast<std::size_t>(room_)].seconds += seconds - inside_;
  if (outer_ != nullptr) outer_->inside_ += seconds;
  profile_->current_ = outer_;
}

}  // namespace integrad
