#include "platform/postgres/failure.hpp"

#include "base/assert.hpp"
#include "platform/postgres/errors.hpp"

namespace platform::postgres {
namespace {

struct Rule {
  std::string_view prefix;
  Failure failure;
};

// The first prefix that fits decides. What has no row is a statement of ours that is wrong.
constexpr Rule rules[] = {
    {"08", Failure::unavailable},     // connection exception
    {"25006", Failure::unavailable},  // read only: this server has become a replica
    {"25P03", Failure::unavailable},  // idle in transaction for too long, disconnected
    {"53", Failure::unavailable},     // out of disk, memory or connections
    {"57014", Failure::unavailable},  // statement timeout
    {"57P0", Failure::unavailable},   // shutting down, crashed, starting up
    {"58", Failure::unavailable},     // input/output error
    {"40001", Failure::contended},    // serialization failure
    {"40P01", Failure::contended},    // deadlock
    {"55P03", Failure::contended},    // lock timeout
    {"23", Failure::constraint_violated},
};

}  // namespace

Failure classify(std::string_view sqlstate) {
  if (sqlstate.empty()) return Failure::unavailable;
  for (const auto& rule : rules) {
    if (sqlstate.starts_with(rule.prefix)) return rule.failure;
  }
  return Failure::statement_failed;
}

void throw_failure(std::string_view sqlstate, const std::string& message,
                   const std::string& constraint) {
  switch (classify(sqlstate)) {
    case Failure::unavailable: throw Unavailable{message};
    case Failure::contended: throw Contended{message};
    case Failure::constraint_violated: throw ConstraintViolated{message, constraint};
    case Failure::statement_failed: throw StatementFailed{message};
  }
  NEBENGJEK_UNREACHABLE("every failure throws");
}

}  // namespace platform::postgres
