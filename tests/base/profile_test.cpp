#include "integrad/base/profile.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace integrad {
namespace {

void sleep(int milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

TEST(Profile, ARoomInsideAnotherCountsForItselfAlone) {
  Profile profile;
  const auto begin = std::chrono::steady_clock::now();
  {
    const Timed outer(&profile, Room::path);
    sleep(20);
    {
      const Timed inner(&profile, Room::products, 6e9);
      sleep(60);
    }
    { const Timed inner(&profile, Room::products, 1e9); }
  }
  const double all =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  EXPECT_GE(profile[Room::path].seconds, 0.02);
  EXPECT_GE(profile[Room::products].seconds, 0.06);
  EXPECT_LE(profile.seconds(), all);  // nothing is counted twice
  EXPECT_EQ(profile[Room::products].operations, 7e9);
  EXPECT_EQ(profile[Room::attention].seconds, 0);
}

TEST(Profile, OffIsANullPointer) {
  const Timed timed(nullptr, Room::render, 1e9);
  SUCCEED();
}

TEST(Profile, WatchersSeeEveryRoomAndMayStopTheWork) {
  Profile profile;
  int entered = 0;
  profile.on_enter([&] {
    if (++entered == 3) throw std::runtime_error("stop");
  });
  {
    const Timed outer(&profile, Room::path);
    const Timed inner(&profile, Room::products);
  }
  EXPECT_EQ(entered, 2);
  EXPECT_THROW(const Timed stopped(&profile, Room::path), std::runtime_error);
  EXPECT_EQ(entered, 3);
}

TEST(Profile, EveryRoomHasAName) {
  for (const Room room : all_rooms) EXPECT_FALSE(to_string(room).empty());
}

}  // namespace
}  // namespace integrad
