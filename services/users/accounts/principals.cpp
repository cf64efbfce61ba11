#include "services/users/accounts/principals.hpp"

#include <boost/describe/class.hpp>

#include "base/json/json.hpp"
#include "contracts/frames.hpp"
#include "contracts/subjects.hpp"
#include "domain/identity/driver.hpp"
#include "platform/redis/client.hpp"
#include "platform/telemetry/log.hpp"
#include "services/users/accounts/queries.hpp"

namespace services::users::accounts {
namespace {

namespace redis = platform::redis;

constexpr const char* copy_lifetime_s = "10";

/// A Principal as Redis keeps it.
struct Copy {
  domain::UserId user;
  std::optional<domain::VehicleType> drives;
};
BOOST_DESCRIBE_STRUCT(Copy, (), (user, drives))

std::string key_of(const redis::Client& client, domain::SessionId session) {
  return client.key("session:" + session.text());
}

class CachedPrincipals final : public Principals {
 public:
  explicit CachedPrincipals(const binding::Environment& environment) : environment_(environment) {}

  awaitable<std::optional<Principal>> find(domain::SessionId session) override {
    if (auto copy = co_await find_copy(session)) {
      co_return Principal{.user = copy->user, .session = session, .drives = copy->drives};
    }
    co_return co_await look_up(session);
  }

  awaitable<std::optional<Principal>> look_up(domain::SessionId session) override {
    auto principal = co_await find_in_tables(session);
    if (principal) co_await keep_copy(*principal);
    co_return principal;
  }

 private:
  awaitable<std::optional<Copy>> find_copy(domain::SessionId session) {
    try {
      const auto reply =
          co_await environment_.redis.command({"GET", key_of(environment_.redis, session)});
      if (const auto text = reply.maybe_text()) {
        if (auto copy = base::json::from_text<Copy>(*text)) co_return *copy;
      }
    } catch (const redis::Unavailable&) {  // The tables know.
    } catch (const redis::CommandFailed&) {
    }
    co_return std::nullopt;
  }

  awaitable<std::optional<Principal>> find_in_tables(domain::SessionId session) {
    const auto rows = co_await environment_.pool.run(queries::find_principal, session);
    if (rows.empty()) co_return std::nullopt;
    const auto row = rows.front();
    const auto status = row.maybe<domain::identity::DriverStatus>("status");
    const bool acts = status && domain::identity::acts_as_driver(*status);
    co_return Principal{
        .user = row.get<domain::UserId>("user_id"),
        .session = session,
        .drives = acts ? row.maybe<domain::VehicleType>("vehicle_type") : std::nullopt};
  }

  awaitable<void> keep_copy(const Principal& principal) {
    try {
      co_await environment_.redis.command(
          {"SET", key_of(environment_.redis, principal.session),
           base::json::to_text(Copy{.user = principal.user, .drives = principal.drives}), "EX",
           copy_lifetime_s});
    } catch (const redis::Unavailable&) {
    } catch (const redis::CommandFailed&) {
    }
  }

  binding::Environment environment_;
};

class Notices final : public SessionNotices {
 public:
  explicit Notices(const binding::Environment& environment) : environment_(environment) {}

  void changed(std::vector<domain::SessionId> sessions) override {
    environment_.runtime.tasks().spawn("session.forget",
                                       [this, sessions] { return forget(sessions); });
  }

  void ended(std::vector<domain::SessionId> sessions) override {
    for (const auto session : sessions) {
      environment_.bus.publish_signal(contracts::subjects::session_changed(session),
                                      base::json::to_text(contracts::SessionChanged{}));
    }
    changed(std::move(sessions));
  }

 private:
  awaitable<void> forget(std::vector<domain::SessionId> sessions) {
    redis::Command command{"DEL"};
    for (const auto session : sessions) command.push_back(key_of(environment_.redis, session));
    if (command.size() == 1) co_return;
    try {
      co_await environment_.redis.command(std::move(command));
    } catch (const std::exception& error) {
      platform::telemetry::warn("session.copy_stays", {{"reason", error.what()}});
    }
  }

  binding::Environment environment_;
};

}  // namespace

std::unique_ptr<Principals> make_principals(const binding::Environment& environment) {
  return std::make_unique<CachedPrincipals>(environment);
}

std::unique_ptr<SessionNotices> make_session_notices(const binding::Environment& environment) {
  return std::make_unique<Notices>(environment);
}

}  // namespace services::users::accounts
