#include "services/binding/caller.hpp"

namespace services::binding {
namespace {

constexpr const char* user_header = "Caller-User";
constexpr const char* session_header = "Caller-Session";
constexpr const char* driver_header = "Caller-Driver";
constexpr const char* staff_header = "Caller-Staff";
constexpr const char* scopes_header = "Caller-Scopes";
constexpr const char* address_header = "Caller-Address";
constexpr const char* trace_header = "traceparent";

}  // namespace

bool Caller::has_scope(std::string_view scope) const {
  return (' ' + scopes + ' ').contains(' ' + std::string{scope} + ' ');
}

platform::bus::MessageHeaders to_headers(const Caller& caller) {
  platform::bus::MessageHeaders headers{{user_header, caller.user.text()},
                                        {session_header, caller.session.text()},
                                        {driver_header, caller.driver ? "yes" : "no"}};
  // The NATS library can't read headers of which one is empty.
  if (!caller.address.empty()) headers.emplace_back(address_header, caller.address);
  if (!caller.staff.empty()) headers.emplace_back(staff_header, caller.staff);
  if (!caller.scopes.empty()) headers.emplace_back(scopes_header, caller.scopes);
  if (!caller.trace.empty()) headers.emplace_back(trace_header, caller.trace);
  return headers;
}

Caller caller_of(const platform::bus::Message& message) {
  return {
      .user = domain::UserId::parse(message.header(user_header)).value_or(domain::UserId{}),
      .session =
          domain::SessionId::parse(message.header(session_header)).value_or(domain::SessionId{}),
      .driver = message.header(driver_header) == "yes",
      .address = std::string{message.header(address_header)},
      .staff = std::string{message.header(staff_header)},
      .scopes = std::string{message.header(scopes_header)},
      .trace = std::string{message.header(trace_header)}};
}

}  // namespace services::binding
