#include "apps/nebengjek/nats_accounts.hpp"

#include <array>
#include <string_view>

#include "services/binding/reactions.hpp"

namespace apps::nebengjek {
namespace {

/// What a service may do besides what all may; "" ends a list early.
struct Permissions {
  Role role;
  std::array<std::string_view, 8> publish;
  std::array<std::string_view, 4> subscribe;
};

constexpr Permissions permissions[] = {
    {Role::users,
     {"match.>", "rides.>", "location.>", "signals.positions", "signals.users.>",
      "signals.sessions.>"},
     {"signals.users.>", "signals.sessions.>", "signals.alive.>"}},
    {Role::location,
     {"users.check_api_key", "signals.users.>", "signals.meters"},
     {"signals.positions"}},
    {Role::match,
     {"users.check_api_key", "location.>", "rides.check_offer", "rides.look_up_ride",
      "signals.match.>"},
     {"signals.match.>"}},
    {Role::rides,
     {"users.check_api_key", "users.get_payout_account", "location.>", "match.tell_request_story",
      "signals.users.>"},
     {"signals.meters"}},
};

template <std::size_t Size>
void append(std::string& list, const std::array<std::string_view, Size>& subjects) {
  for (const auto subject : subjects) {
    if (!subject.empty()) list += ", \"" + std::string{subject} + '"';
  }
}

std::string user(const Permissions& row, const std::string& password) {
  const auto service = services::binding::service_name(row.role);
  std::string publish = R"("_INBOX.>", "$JS.API.>", "$JS.ACK.>", "outbox.>", "events.)" + service +
                        R"(.>", "heads.)" + service + R"(", "dlq.)" + service + R"(", "wake.)" +
                        service + R"(", "signals.alive.)" + service + '"';
  std::string subscribe = R"("_INBOX.>", "heads.>", "outbox.)" + service + R"(", "wake.)" +
                          service + R"(", ")" + service + R"(.>")";
  append(publish, row.publish);
  append(subscribe, row.subscribe);
  return "  { user: " + account_of(row.role) + ", password: \"" + password +
         "\", permissions: { publish: [" + publish + "], subscribe: [" + subscribe + "] } }\n";
}

}  // namespace

std::string nats_users(const Settings& settings) {
  std::string users;
  for (const auto& row : permissions) users += user(row, settings.roles.at(row.role).nats_password);
  return users;
}

}  // namespace apps::nebengjek
