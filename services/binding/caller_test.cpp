#include "services/binding/caller.hpp"

#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace services::binding {
namespace {

TEST(Caller, TravelsWhole) {
  const Caller caller{.user = tests::support::id_of<domain::UserId>(1),
                      .session = tests::support::id_of<domain::SessionId>(2),
                      .driver = true,
                      .address = "192.0.2.1",
                      .staff = "back office",
                      .scopes = "dlq:read users:read",
                      .trace = "00-trace"};
  platform::bus::Message message;
  message.headers = to_headers(caller);
  const auto read = caller_of(message);
  EXPECT_EQ(read.user, caller.user);
  EXPECT_EQ(read.session, caller.session);
  EXPECT_TRUE(read.driver);
  EXPECT_EQ(read.address, caller.address);
  EXPECT_EQ(read.staff, caller.staff);
  EXPECT_EQ(read.scopes, caller.scopes);
  EXPECT_EQ(read.trace, caller.trace);
}

TEST(Caller, HasTheScopesOfTheKeyAndNoPartOfThem) {
  const Caller caller{.scopes = "dlq:read users:read"};
  EXPECT_TRUE(caller.has_scope("dlq:read"));
  EXPECT_TRUE(caller.has_scope("users:read"));
  EXPECT_FALSE(caller.has_scope("users:read_pii"));
  EXPECT_FALSE(caller.has_scope("read"));
  EXPECT_FALSE(Caller{}.has_scope("dlq:read"));
}

}  // namespace
}  // namespace services::binding
