#pragma once

#include "services/binding/work.hpp"
#include "services/users/accounts/ports.hpp"

namespace services::users::accounts {

/// The tables of accounts, within one unit of work.
class PgStore final : public OtpStore,
                      public SessionStore,
                      public AccountStore,
                      public PeopleStore {
 public:
  explicit PgStore(binding::Work& work) : work_(work) {}

  awaitable<void> lock_number(std::string msisdn) override;
  awaitable<SendHistory> history(std::string msisdn, std::string address,
                                 base::Instant now) override;
  awaitable<void> add(StoredChallenge challenge, std::string address) override;
  awaitable<std::optional<StoredChallenge>> find(domain::ChallengeId id) override;
  awaitable<domain::identity::NumberGuard> guard(std::string msisdn, base::Instant now) override;
  awaitable<void> save(domain::identity::OtpCheck check, std::string msisdn) override;

  awaitable<void> add(Session session) override;
  awaitable<std::optional<Session>> find(domain::SessionId id) override;
  awaitable<void> rotate(domain::SessionId id, std::int64_t generation, base::Instant at) override;
  awaitable<void> revoke(domain::SessionId id, base::Instant at) override;
  awaitable<std::vector<Session>> live(domain::UserId user) override;

  awaitable<domain::UserId> find_or_add(std::string msisdn, domain::UserId fresh,
                                        base::Instant at) override;
  awaitable<std::optional<contracts::Profile>> find(domain::UserId user) override;
  awaitable<void> rename(domain::UserId user, std::string name) override;
  awaitable<domain::identity::AccountState> state(domain::UserId user) override;
  awaitable<void> set_blocked(domain::UserId user, std::optional<base::Instant> at,
                              std::string reason) override;
  awaitable<bool> plate_is_taken(std::string plate, domain::UserId by_other_than) override;
  awaitable<void> save_driver(contracts::DriverProfile driver) override;
  awaitable<void> set_driver_status(domain::DriverId driver, domain::identity::DriverStatus status,
                                    std::optional<std::string> reason) override;
  awaitable<void> remove(domain::UserId user, base::Instant at) override;
  awaitable<contracts::Snapshot> snapshot(domain::UserId user) override;

  awaitable<std::optional<contracts::StaffUser>> find_user(contracts::FindUsers by) override;
  awaitable<std::vector<contracts::StaffDriver>> list_drivers(
      contracts::ListDrivers question) override;

 private:
  template <class... Parameters>
  awaitable<platform::postgres::Rows> run(const platform::postgres::Query& query,
                                          const Parameters&... parameters) {
    return run_with(query, {platform::postgres::to_nullable(parameters)...});
  }
  awaitable<platform::postgres::Rows> run_with(platform::postgres::Query query,
                                               std::vector<platform::postgres::Text> parameters);

  binding::Work& work_;
};

}  // namespace services::users::accounts
