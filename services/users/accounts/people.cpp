#include "services/users/accounts/people.hpp"

#include <utility>

#include "domain/identity/driver.hpp"
#include "domain/identity/msisdn.hpp"
#include "services/users/accounts/numbers.hpp"
#include "services/users/accounts/profile.hpp"

namespace services::users::accounts {
namespace {

using domain::rejected;
using domain::Rejection;

constexpr std::string_view whole_numbers = "users:read_pii";
constexpr int page_size = 50;

}  // namespace

contracts::StaffUser as_seen_by(const Caller& by, contracts::StaffUser user) {
  if (user.msisdn && !by.has_scope(whole_numbers)) {
    user.msisdn = domain::identity::mask_msisdn(*user.msisdn);
  }
  return user;
}

awaitable<Outcome<contracts::StaffUsers>> PeopleUseCases::find_users(
    Caller by, contracts::FindUsers question) {
  if (question.msisdn) {
    auto msisdn = normalised_msisdn(*question.msisdn, config_.allowed_countries);
    if (!msisdn) co_return rejected(msisdn.error());
    question.msisdn = *std::move(msisdn);
  }
  contracts::StaffUsers answer;
  if (auto user = co_await people_.find_user(question)) {
    answer.users.push_back(as_seen_by(by, *std::move(user)));
  }
  co_return answer;
}

awaitable<Outcome<contracts::DriverPage>> PeopleUseCases::list_drivers(
    Caller by, contracts::ListDrivers question) {
  if (question.msisdn) {
    auto msisdn = normalised_msisdn(*question.msisdn, config_.allowed_countries);
    if (!msisdn) co_return rejected(msisdn.error());
    question.msisdn = *std::move(msisdn);
  }
  if (question.plate) {
    question.plate = domain::identity::normalised_plate(*question.plate);
    if (!question.plate) co_return rejected(Rejection::invalid_value);
  }
  question.limit = question.limit.value_or(page_size);
  contracts::DriverPage page{.drivers = co_await people_.list_drivers(question), .next = {}};
  for (auto& each : page.drivers) {
    each.driver = shown(std::move(each.driver));
    if (!by.has_scope(whole_numbers)) each.msisdn = domain::identity::mask_msisdn(each.msisdn);
  }
  const bool full = page.drivers.size() == static_cast<std::size_t>(*question.limit);
  if (full) page.next = page.drivers.back().driver.driver_id;
  co_return page;
}

}  // namespace services::users::accounts
