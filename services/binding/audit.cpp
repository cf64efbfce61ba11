#include "services/binding/audit.hpp"

#include "platform/telemetry/log.hpp"

namespace services::binding {
namespace {

namespace telemetry = platform::telemetry;

constexpr platform::postgres::Query add{"audit.add", R"sql(
  insert into audit_log (at, staff, address, operation, arguments, trace)
  values ($1, $2, $3, $4, $5, $6))sql"};

}  // namespace

bool is_audited(const contracts::OperationRow& row, const Call& call) {
  return row.role == contracts::Role::staff && row.changes_something() &&
         !call.caller.staff.empty();
}

awaitable<void> write_down(Work& work, const contracts::OperationRow& row, const Call& call) {
  const auto& by = call.caller;
  auto* session = co_await work.session();
  co_await session->run(add, work.now(), by.staff, by.address, row.name, call.body, by.trace);
  work.after_commit([name = row.name, staff = by.staff, trace = by.trace] {
    telemetry::info("staff.changed",
                    {{"operation", name}, {"staff", staff}, telemetry::trace(trace)});
  });
}

}  // namespace services::binding
