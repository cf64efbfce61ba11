#include "services/users/edge/gateway.hpp"

#include <gtest/gtest.h>

#include "contracts/operations.hpp"
#include "tests/support/scenario.hpp"

namespace services::users::edge {
namespace {

using contracts::OperationRow;
namespace operations = contracts::operations;

const std::optional<accounts::Principal> nobody;
const std::optional<accounts::Principal> passenger =
    accounts::Principal{.user = tests::support::id_of<domain::UserId>(1), .drives = {}};
const std::optional<accounts::Principal> driver = accounts::Principal{
    .user = tests::support::id_of<domain::UserId>(2), .drives = domain::VehicleType::car};

struct RoleCase {
  const OperationRow* row;
  bool nobody_may;
  bool passenger_may;
  bool driver_may;
};

// clang-format off
constexpr RoleCase roles[] = {
    {&operations::request_otp,    true,  true,  true},
    {&operations::get_me,         false, true,  true},
    {&operations::create_request, false, true,  true},
    {&operations::set_beacon,     false, false, true},
    {&operations::approve_driver, false, false, false},
    {&operations::find_drivers,   false, false, false},
};
// clang-format on

TEST(MayCall, FollowsTheRole) {
  for (const auto& each : roles) {
    EXPECT_EQ(may_call(*each.row, nobody), each.nobody_may) << each.row->name;
    EXPECT_EQ(may_call(*each.row, passenger), each.passenger_may) << each.row->name;
    EXPECT_EQ(may_call(*each.row, driver), each.driver_may) << each.row->name;
  }
}

}  // namespace
}  // namespace services::users::edge
