// Where the time goes: seconds and operations of the rooms that a call passes through. Off means a
// null pointer, and then nothing is measured.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>

namespace integrad {

/// What time is spent on. `path`: points, slopes and sums of the integral.
enum class Room { tokenize, embed, products, attention, row_work, path, render };

inline constexpr std::array all_rooms{Room::tokenize, Room::embed, Room::products, Room::attention,
                                      Room::row_work, Room::path,  Room::render};

std::string_view to_string(Room room);

/// Belongs to one thread at a time.
class Profile {
 public:
  struct Entry {
    double seconds = 0;     // without the rooms inside
    double operations = 0;  // floating-point additions and multiplications, where they are counted
  };

  const Entry& operator[](Room room) const { return entries_[static_cast<std::size_t>(room)]; }
  /// Seconds of all rooms together.
  double seconds() const;
  /// `watch` is called whenever a room is entered, many times in a chunk of work; it may throw to
  /// stop what is being computed.
  void on_enter(std::function<void()> watch) { watch_ = std::move(watch); }

 private:
  friend class Timed;
  std::array<Entry, all_rooms.size()> entries_;
  class Timed* current_ = nullptr;
  std::function<void()> watch_;
};

/// Counts the time between its construction and destruction for a room; a room inside another
/// counts for itself alone.
class Timed {
 public:
  /// `profile` may be null.
  Timed(Profile* profile, Room room, double operations = 0) : profile_(profile) {
    if (profile_ != nullptr) start(room, operations);
  }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;
  ~Timed() {
    if (profile_ != nullptr) stop();
  }

 private:
  using Clock = std::chrono::steady_clock;
  void start(Room room, double operations);
  void stop();

  Profile* profile_;
  Room room_ = Room::tokenize;
  Timed* outer_ = nullptr;
  double inside_ = 0;  // seconds of the rooms inside
  Clock::time_point begin_;
};

}  // namespace integrad
