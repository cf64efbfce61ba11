#include "contracts/errors.hpp"

#include <set>

#include <gmock/gmock.h>

#include "tests/support/scenario.hpp"

namespace contracts {
namespace {

using base::json::ProblemKind;
using domain::Rejection;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

constexpr ErrorCode before_the_business[] = {
    errors::malformed,          errors::unknown_field,     errors::invalid,
    errors::unauthenticated,    errors::forbidden,         errors::no_such_route,
    errors::method_not_allowed, errors::not_acceptable,    errors::request_timeout,
    errors::still_running,      errors::too_large,         errors::unsupported_media_type,
    errors::key_reused,         errors::too_many_requests, errors::internal,
    errors::unavailable,
};

TEST(ErrorCodes, EveryRejectionIsCalledByItsEnumerator) {
  for (const auto& name : tests::support::names_of<Rejection>()) {
    const auto& error = error_of(tests::support::to_enum<Rejection>(name));
    EXPECT_EQ(error.code, name);
    EXPECT_THAT(error.title, Not(IsEmpty())) << name;
  }
}

TEST(ErrorCodes, ARejectionIsNeverOurFault) {
  for (const auto& name : tests::support::names_of<Rejection>()) {
    const auto status = error_of(tests::support::to_enum<Rejection>(name)).status;
    EXPECT_TRUE(status >= 400 && status < 500) << name;
  }
}

TEST(ErrorCodes, NoTwoAreAlike) {
  std::set<std::string_view> codes;
  for (const auto& error : before_the_business) EXPECT_TRUE(codes.insert(error.code).second);
  for (const auto& name : tests::support::names_of<Rejection>()) {
    EXPECT_TRUE(codes.insert(name).second) << name;
  }
}

TEST(Problem, NamesItsCodeInTheType) {
  const auto refused = problem(Rejection::too_far);
  EXPECT_EQ(refused.type, "urn:nebengjek:problem:too_far");
  EXPECT_EQ(refused.code, "too_far");
  EXPECT_EQ(refused.status, 409);
  EXPECT_FALSE(refused.detail);
}

TEST(Problem, OmitsWhatItDoesNotSay) {
  const auto text = base::json::to_text(problem(errors::unavailable));
  EXPECT_EQ(text.find("detail"), text.npos) << text;
  EXPECT_EQ(text.find("errors"), text.npos) << text;
}

TEST(Problem, NamesEveryFieldThatIsNotAcceptable) {
  const auto refused = problem(base::json::Problems{
      {.path = "pickup.latitude", .message = "must be between -90 and 90"},
      {.path = "vehicle_type", .message = "is missing", .kind = ProblemKind::missing}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.code, "invalid");
  EXPECT_EQ(refused.detail, "2 fields are not acceptable");
  ASSERT_TRUE(refused.errors);
  EXPECT_THAT(*refused.errors, ElementsAre(testing::Field(&FieldProblem::field, "pickup.latitude"),
                                           testing::Field(&FieldProblem::field, "vehicle_type")));
}

TEST(Problem, SaysWhatIsWrongWithASingleField) {
  const auto refused = problem(base::json::Problems{{.path = "pin", .message = "is missing"}});
  EXPECT_EQ(refused.detail, "pin is missing");
}

TEST(Problem, AnUnknownFieldIsTheCallersMisunderstanding) {
  const auto refused = problem(base::json::Problems{
      {.path = "pin", .message = "is missing", .kind = ProblemKind::missing},
      {.path = "pni", .message = "is unknown", .kind = ProblemKind::unknown_field}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.code, "unknown_field");
}

}  // namespace
}  // namespace contracts
