#include "domain/identity/driver.hpp"

#include <gtest/gtest.h>

#include "domain/identity/msisdn.hpp"
#include "tests/support/scenario.hpp"

namespace domain::identity {
namespace {

TEST(Driver, StatusFollowsItsTable) {
  using enum DriverCommand;
  constexpr std::optional<DriverStatus> no;
  constexpr auto pending = DriverStatus::pending;
  constexpr auto approved = DriverStatus::approved;
  constexpr auto rejected = DriverStatus::rejected;
  constexpr auto suspended = DriverStatus::suspended;
  const std::tuple<DriverCommand, std::vector<std::optional<DriverStatus>>> rows[] = {
      // clang-format off
      //            pending   approved   rejected  suspended
      {approve,     {approved, no,        no,       no}},
      {reject,      {rejected, no,        no,       no}},
      {suspend,     {no,       suspended, no,       no}},
      {reinstate,   {no,       no,        no,       approved}},
      {apply_again, {no,       no,        pending,  no}},
      // clang-format on
  };
  for (const auto& [command, after] : rows) {
    for (std::size_t i = 0; i < after.size(); ++i) {
      const auto outcome = decide(static_cast<DriverStatus>(i), command);
      if (after[i]) EXPECT_EQ(outcome, *after[i]);
      if (!after[i]) EXPECT_EQ(outcome.error(), Rejection::illegal_transition);
    }
  }
}

TEST(Driver, DrivesOnlyWhenApproved) {
  EXPECT_TRUE(check_may_drive(DriverStatus::approved));
  EXPECT_EQ(check_may_drive(DriverStatus::pending).error(), Rejection::driver_not_approved);
  EXPECT_EQ(check_may_drive(DriverStatus::rejected).error(), Rejection::driver_not_approved);
  EXPECT_EQ(check_may_drive(DriverStatus::suspended).error(), Rejection::driver_suspended);
}

TEST(Plate, HasOneForm) {
  for (const auto* text : {"B 1234 XYZ", "b1234xyz", "B-1234-XYZ", " b.1234 xyz "}) {
    EXPECT_EQ(normalised_plate(text), "B1234XYZ");
  }
  for (const auto* text : {"", "B", "1234", "ABC", "B 1234 \xc3\x84", "B1234;", "B12345678901X"}) {
    EXPECT_EQ(normalised_plate(text), std::nullopt) << text;
  }
}

TEST(Msisdn, IsMasked) {
  EXPECT_EQ(mask_msisdn("+6281234567890"), "+6281*******90");
  EXPECT_EQ(mask_msisdn("+6281234567"), "+6281****67");
  EXPECT_EQ(mask_msisdn("+628123456"), "**********");
  EXPECT_EQ(mask_msisdn(""), "");
}

}  // namespace
}  // namespace domain::identity
