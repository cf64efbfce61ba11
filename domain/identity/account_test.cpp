#include "domain/identity/account.hpp"

#include <gtest/gtest.h>

namespace domain::identity {
namespace {

using enum AccountCommand;
using enum AccountState;

struct Case {
  AccountState state;
  AccountCommand command;
  Outcome<AccountState> after;
};

TEST(Account, FollowsItsTable) {
  // clang-format off
  const Case cases[] = {
      {open,    block,   blocked},
      {open,    unblock, rejected(Rejection::illegal_transition)},
      {blocked, block,   rejected(Rejection::illegal_transition)},
      {blocked, unblock, open},
      {deleted, block,   rejected(Rejection::not_found)},
      {deleted, unblock, rejected(Rejection::not_found)},
  };
  // clang-format on
  for (const auto& [state, command, after] : cases) EXPECT_EQ(decide(state, command), after);
}

TEST(Account, IsLoggedInToOnlyWhileItIsOpen) {
  EXPECT_TRUE(check_may_log_in(open));
  EXPECT_EQ(check_may_log_in(blocked).error(), Rejection::account_blocked);
  EXPECT_EQ(check_may_log_in(deleted).error(), Rejection::not_found);
}

}  // namespace
}  // namespace domain::identity
