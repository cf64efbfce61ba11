#include "services/users/accounts/profile.hpp"

#include "domain/identity/driver.hpp"

namespace services::users::accounts {

namespace identity = domain::identity;
using domain::rejected;
using domain::Rejection;
using identity::DriverCommand;
using identity::DriverStatus;

namespace {

constexpr std::size_t visible_account_characters = 4;

contracts::DriverProfile application(domain::UserId user, contracts::RegisterDriver request,
                                     std::string plate, DriverStatus status, base::Instant at) {
  return {.driver_id = user,
          .status = status,
          .vehicle_type = request.vehicle_type,
          .vehicle = std::move(request.vehicle),
          .plate = std::move(plate),
          .payout_account = std::move(request.payout_account),
          .registered_at = at};
}

}  // namespace

contracts::DriverProfile shown(contracts::DriverProfile driver) {
  auto& number = driver.payout_account.number;
  for (std::size_t i = 0; i + visible_account_characters < number.size(); ++i) number[i] = '*';
  return driver;
}

ProfileUseCases::ProfileUseCases(binding::Work& work, const UsersConfig& config,
                                 AccountStore& accounts, SessionStore& sessions,
                                 SessionNotices& notices)
    : work_(work), config_(config), accounts_(accounts), sessions_(sessions), notices_(notices) {}

awaitable<Outcome<contracts::Profile>> ProfileUseCases::get(Caller by, contracts::NoArguments) {
  auto user = co_await accounts_.find(by.user);
  if (!user) co_return rejected(Rejection::not_found);
  if (user->driver) user->driver = shown(*std::move(user->driver));
  co_return *std::move(user);
}

awaitable<Outcome<contracts::Profile>> ProfileUseCases::update(Caller by,
                                                               contracts::UpdateProfile request) {
  auto user = co_await accounts_.find(by.user);
  if (!user) co_return rejected(Rejection::not_found);
  if (request.name && request.name != user->name) {
    user->name = request.name;
    co_await accounts_.rename(by.user, *request.name);
    if (user->driver) co_await announce(*user, *user->driver);
  }
  if (user->driver) user->driver = shown(*std::move(user->driver));
  co_return *std::move(user);
}

awaitable<Outcome<contracts::DriverProfile>> ProfileUseCases::register_driver(
    Caller by, contracts::RegisterDriver request) {
  auto plate = identity::normalised_plate(request.plate);
  if (!plate) co_return rejected(Rejection::invalid_value);
  auto user = co_await accounts_.find(by.user);
  if (!user) co_return rejected(Rejection::not_found);
  if (user->driver && !identity::decide(user->driver->status, DriverCommand::apply_again)) {
    co_return rejected(Rejection::driver_already_registered);
  }
  if (co_await accounts_.plate_is_taken(*plate, by.user))
    co_return rejected(Rejection::plate_taken);

  user->driver = application(by.user, std::move(request), *std::move(plate), DriverStatus::pending,
                             work_.now());
  co_await accounts_.save_driver(*user->driver);
  if (config_.driver_approval == DriverApproval::automatic) {
    co_return co_await set_status(*std::move(user), DriverCommand::approve, {});
  }
  co_await announce(*user, *user->driver);
  co_return shown(*std::move(user->driver));
}

awaitable<Outcome<contracts::DriverProfile>> ProfileUseCases::approve_driver(
    Caller, contracts::DriverRef driver) {
  return judge(driver.driver_id, DriverCommand::approve, {});
}

awaitable<Outcome<contracts::DriverProfile>> ProfileUseCases::reject_driver(
    Caller, contracts::DriverDecision decision) {
  return judge(decision.driver_id, DriverCommand::reject, std::move(decision.reason));
}

awaitable<Outcome<contracts::DriverProfile>> ProfileUseCases::suspend_driver(
    Caller, contracts::DriverDecision decision) {
  return judge(decision.driver_id, DriverCommand::suspend, std::move(decision.reason));
}

awaitable<Outcome<contracts::DriverProfile>> ProfileUseCases::reinstate_driver(
    Caller, contracts::DriverDecision decision) {
  return judge(decision.driver_id, DriverCommand::reinstate, std::move(decision.reason));
}

awaitable<Outcome<contracts::PayoutAccount>> ProfileUseCases::payout_account(
    Caller, contracts::DriverRef driver) {
  auto user = co_await accounts_.find(driver.driver_id);
  if (!user || !user->driver) co_return rejected(Rejection::not_found);
  co_return std::move(user->driver->payout_account);
}

awaitable<Outcome<contracts::Snapshot>> ProfileUseCases::snapshot(Caller by,
                                                                  contracts::NoArguments) {
  co_return co_await accounts_.snapshot(by.user);
}

awaitable<Outcome<contracts::DriverProfile>> ProfileUseCases::judge(
    domain::DriverId driver, DriverCommand command, std::optional<std::string> reason) {
  auto user = co_await accounts_.find(driver);
  if (!user || !user->driver) co_return rejected(Rejection::not_found);
  co_return co_await set_status(*std::move(user), command, std::move(reason));
}

awaitable<Outcome<contracts::DriverProfile>> ProfileUseCases::set_status(
    contracts::Profile user, DriverCommand command, std::optional<std::string> reason) {
  const auto status = identity::decide(user.driver->status, command);
  if (!status) co_return rejected(status.error());
  user.driver->status = *status;
  co_await accounts_.set_driver_status(user.user_id, *status, std::move(reason));
  co_await announce(user, *user.driver);
  std::vector<domain::SessionId> sessions;
  for (const auto& each : co_await sessions_.live(user.user_id)) sessions.push_back(each.id);
  work_.after_commit([&notices = notices_, sessions] { notices.changed(sessions); });
  co_return shown(*std::move(user.driver));
}

awaitable<void> ProfileUseCases::announce(const contracts::Profile& user,
                                          const contracts::DriverProfile& driver) {
  co_await work_.announce(contracts::events::driver_changed, driver.driver_id,
                          contracts::DriverChanged{.driver = {.driver_id = driver.driver_id,
                                                              .name = user.name.value_or("Driver"),
                                                              .vehicle_type = driver.vehicle_type,
                                                              .vehicle = driver.vehicle,
                                                              .plate = driver.plate},
                                                   .status = driver.status});
}

}  // namespace services::users::accounts
