#include "services/users/accounts/numbers.hpp"

#include <gtest/gtest.h>

#include "contracts/errors.hpp"

namespace services::users::accounts {
namespace {

struct Case {
  std::string_view typed;
  std::string_view outcome;  ///< E.164, or why not.
};

// clang-format off
constexpr Case in_indonesia[] = {
    {"+6281234567890",       "+6281234567890"},
    {"081234567890",         "+6281234567890"},
    {"81234567890",          "+6281234567890"},
    {"0062 812 3456 7890",   "msisdn_invalid"},  // 00 is not dialled for abroad there
    {"+62 812-3456-7890",    "+6281234567890"},
    {"(0812) 3456 7890",     "+6281234567890"},
    {"\u0660812 3456 7890",  "+6281234567890"},  // an Arabic zero
    {"+62 21 5795 0000",     "msisdn_invalid"},  // a landline
    {"+6281",                "msisdn_invalid"},
    {"+62812345678901234",   "msisdn_invalid"},
    {"+6281234567890x12",    "msisdn_invalid"},  // an extension
    {"call me",              "msisdn_invalid"},
    {"",                     "msisdn_invalid"},
    {"+",                    "msisdn_invalid"},
    {"+999123456789",        "msisdn_invalid"},
    {"+6591234567",          "country_not_allowed"},
    {"+12025550123",         "country_not_allowed"},
};
// clang-format on

std::string outcome_of(std::string_view typed, const std::vector<std::string>& countries) {
  const auto msisdn = normalised_msisdn(std::string{typed}, countries);
  return msisdn ? *msisdn : std::string{contracts::error_of(msisdn.error()).code};
}

TEST(NormalisedMsisdn, IsOneSpellingOfWhatPeopleType) {
  for (const auto& [typed, outcome] : in_indonesia) {
    EXPECT_EQ(outcome_of(typed, {"ID"}), outcome) << typed;
  }
}

TEST(NormalisedMsisdn, NationalNumbersBelongToTheFirstCountry) {
  EXPECT_EQ(outcome_of("91234567", {"SG", "ID"}), "+6591234567");
  EXPECT_EQ(outcome_of("+6281234567890", {"SG", "ID"}), "+6281234567890");
  EXPECT_EQ(outcome_of("91234567", {"ID", "SG"}), "msisdn_invalid");
}

TEST(NormalisedMsisdn, WithoutCountriesNobodyIsServed) {
  EXPECT_EQ(outcome_of("081234567890", {}), "msisdn_invalid");
  EXPECT_EQ(outcome_of("+6281234567890", {}), "country_not_allowed");
}

}  // namespace
}  // namespace services::users::accounts
