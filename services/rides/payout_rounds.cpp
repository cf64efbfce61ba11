#include "services/rides/payout_rounds.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "platform/postgres/session.hpp"
#include "services/rides/payment_queries.hpp"
#include "services/rides/rounds.hpp"

namespace services::rides {
namespace {

namespace ledger = domain::ledger;
using platform::awaitable;

constexpr const char* by_schedule = "schedule";

struct Run {
  domain::PayoutRunId id;
  std::string account;
};

class PayoutRounds {
 public:
  PayoutRounds(const binding::Environment& environment, PayoutRoundTools tools,
               std::chrono::milliseconds interval)
      : environment_(environment), tools_(std::move(tools)), interval_(interval) {}

  awaitable<void> round() {
    if (co_await is_due()) {
      co_await environment_.pool.run(queries::begin_payout_run,
                                     environment_.runtime.new_id<domain::PayoutRunId>(),
                                     by_schedule, environment_.runtime.now());
    }
    if (auto run = co_await find_running()) co_await carry_out(*std::move(run));
  }

 private:
  /// Of a new installation, at once: there is nobody to pay.
  awaitable<bool> is_due() {
    const auto rows = co_await environment_.pool.run(queries::last_payout_run);
    const auto last = rows.front().maybe<base::Instant>("started_at");
    co_return !last || environment_.runtime.now() - *last >= interval_;
  }

  awaitable<std::optional<Run>> find_running() {
    const auto rows = co_await environment_.pool.run(queries::running_payout_run);
    if (rows.empty()) co_return std::nullopt;
    co_return Run{.id = rows.front().get<domain::PayoutRunId>("run_id"),
                  .account = rows.front().get<std::string>("account")};
  }

  awaitable<void> carry_out(Run run) {
    while (const auto account = co_await next_after(run.account)) {
      co_await pay_out(run.id, *account);
      run.account = account->text();
    }
    co_await environment_.pool.run(queries::finish_payout_run, run.id, environment_.runtime.now());
  }

  awaitable<std::optional<ledger::Account>> next_after(std::string account) {
    const auto rows = co_await environment_.pool.run(queries::next_driver_account, account);
    const auto next = rows.front().maybe<std::string>("account");
    if (!next) co_return std::nullopt;
    co_return ledger::Account::parse(*next);
  }

  awaitable<void> pay_out(domain::PayoutRunId run, ledger::Account account) {
    platform::bus::Unit unit{environment_.pool, {}};
    binding::Work work{unit, environment_.runtime, {}};
    co_await tools_.make(work)->pay_out_in_run(run, account);
    co_await unit.commit({});
    work.committed();
    tools_.after_commit();
  }

  binding::Environment environment_;
  PayoutRoundTools tools_;
  std::chrono::milliseconds interval_;
};

}  // namespace

void start_payout_rounds(const binding::Environment& environment, PayoutRoundTools tools,
                         const PaymentsConfig& config) {
  const auto rounds =
      std::make_shared<PayoutRounds>(environment, std::move(tools), config.payout_interval_ms);
  start_rounds(environment, {.name = "rides.payouts", .interval = config.payout_check_ms},
               [rounds] { return rounds->round(); });
}

}  // namespace services::rides
