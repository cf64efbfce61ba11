#include "services/users/edge/admission.hpp"

#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "contracts/operations.hpp"

namespace services::users::edge {
namespace {

using platform::resilience::Importance;
namespace operations = contracts::operations;

struct ImportanceCase {
  const contracts::OperationRow* row;
  Importance importance;
};

// clang-format off
constexpr ImportanceCase cases[] = {
    {&operations::arrive,                  Importance::high},
    {&operations::start_ride,              Importance::high},
    {&operations::complete_ride,           Importance::high},
    {&operations::cancel_ride,             Importance::high},
    {&operations::confirm_cash,            Importance::high},
    {&operations::get_ride,                Importance::high},
    {&operations::accept_proposal,         Importance::high},
    {&operations::list_rides,              Importance::normal},
    {&operations::create_request,          Importance::normal},
    {&operations::find_nearby_drivers,     Importance::normal},
    {&operations::get_snapshot,            Importance::normal},
    {&operations::refresh_tokens,          Importance::normal},
    {&operations::receive_payment_webhook, Importance::normal},
    {&operations::request_otp,             Importance::low},
    {&operations::verify_otp,              Importance::low},
};
// clang-format on

TEST(Importance, RidesUnderWayBeforeUsersBeforeStrangers) {
  for (const auto& each : cases) {
    EXPECT_EQ(importance_of(*each.row), each.importance) << each.row->name;
  }
}

constexpr platform::resilience::InFlightConfig small{.min = 5, .max = 10};

/// So many calls of a row as find room.
std::vector<Admission::Permit> fill(Admission& admission, const contracts::OperationRow& row) {
  std::vector<Admission::Permit> permits;
  while (auto permit = admission.admit(row)) permits.push_back(*std::move(permit));
  return permits;
}

TEST(Admission, KeepsRoomForRidesUnderWay) {
  boost::asio::io_context context;
  platform::runtime::Runtime runtime{context.get_executor(), "test"};
  Admission admission{runtime, small};
  const auto strangers = fill(admission, operations::request_otp);
  const auto users = fill(admission, operations::create_request);
  const auto riders = fill(admission, operations::complete_ride);
  EXPECT_EQ(strangers.size(), 5U);
  EXPECT_EQ(users.size(), 5U);
  EXPECT_EQ(riders.size(), 10U);
}

TEST(Admission, GivesTheRoomOfACallThatHasEndedToTheNext) {
  boost::asio::io_context context;
  platform::runtime::Runtime runtime{context.get_executor(), "test"};
  Admission admission{runtime, small};
  {
    const auto strangers = fill(admission, operations::request_otp);
  }
  EXPECT_TRUE(admission.admit(operations::request_otp));
}

}  // namespace
}  // namespace services::users::edge
