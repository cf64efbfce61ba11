#include "services/rides/cashier.hpp"

#include <utility>

#include "platform/bus/bell.hpp"
#include "platform/postgres/errors.hpp"
#include "platform/resilience/retry.hpp"
#include "platform/telemetry/log.hpp"
#include "services/binding/outage.hpp"
#include "services/rides/money_rows.hpp"
#include "services/rides/payment_queries.hpp"

namespace services::rides {
namespace {

namespace money = domain::money;
namespace postgres = platform::postgres;
namespace telemetry = platform::telemetry;
using money::Verdict;

constexpr int in_flight_max = 16;
/// What a call may take beyond the provider's answer, before another cashier takes the order up.
constexpr std::chrono::milliseconds commit_allowance{5'000};

class Working final : public Cashier {
 public:
  Working(const binding::Environment& environment, CashierTools tools, const PaymentsConfig& config)
      : environment_(environment),
        tools_(std::move(tools)),
        config_(config),
        bell_(environment.runtime.executor()) {
    environment_.runtime.tasks().spawn("rides.cashier", work());
  }

  void wake() override { bell_.ring(); }

 private:
  awaitable<void> work() {
    for (;;) {
      try {
        co_await take_up_what_is_due();
        outage_.works();
      } catch (const postgres::Unavailable& error) {
        outage_.fails(error.what());
      } catch (const postgres::Contended& error) {
        telemetry::debug("payments.cashier_yields", {{"reason", error.what()}});
      }
      co_await bell_.wait_for(config_.look_interval_ms);
    }
  }

  awaitable<void> take_up_what_is_due() {
    const int room = in_flight_max - in_flight_;
    if (room <= 0) co_return;
    const auto now = environment_.runtime.now();
    const auto mine_until = now + config_.provider_timeout_ms + commit_allowance;
    for (const auto row :
         co_await environment_.pool.run(queries::claim_orders, now, mine_until, room)) {
      ++in_flight_;
      environment_.runtime.tasks().spawn(
          "rides.order", [this, order = order_of(row)] { return carry_and_count(order); });
    }
  }

  awaitable<void> carry_and_count(money::Order order) {
    struct Counted {
      Working& cashier;
      ~Counted() {
        --cashier.in_flight_;
        cashier.bell_.ring();
      }
    } const counted{*this};
    try {
      co_await carry(std::move(order));
    } catch (const postgres::Unavailable& error) {
      telemetry::warn("payments.outcome_not_kept", {{"reason", error.what()}});
    } catch (const postgres::Contended& error) {
      telemetry::info("payments.outcome_not_kept", {{"reason", error.what()}});
    }
  }

  awaitable<void> carry(money::Order order) {
    const auto answer = co_await call(order);
    const bool decided = answer.verdict == Verdict::settled || answer.verdict == Verdict::failed;
    if (decided) co_return co_await conclude(order.purpose, answer);
    co_await environment_.pool.run(queries::postpone_order, order.purpose.key(),
                                   environment_.runtime.now() + wait_after(order.calls));
  }

  awaitable<ProviderAnswer> call(money::Order order) {
    const bool first = order.calls == 1;
    if (!first) {
      auto answer = co_await tools_.provider.ask(order);
      if (answer.verdict != Verdict::unheard) co_return answer;
    }
    co_return co_await tools_.provider.send(std::move(order));
  }

  awaitable<void> conclude(money::Purpose purpose, ProviderAnswer answer) {
    platform::bus::Unit unit{environment_.pool, {}};
    binding::Work work{unit, environment_.runtime, {}};
    co_await tools_.make(work)->conclude(purpose, std::move(answer));
    co_await unit.commit({});
    work.committed();
    tools_.after_commit();
  }

  std::chrono::milliseconds wait_after(std::int32_t calls) const {
    const platform::resilience::BackoffConfig wait{.first = config_.ask_after_ms,
                                                   .longest = config_.ask_again_max_ms};
    const auto longest =
        platform::resilience::backoff_ceiling(wait, static_cast<unsigned>(calls - 1));
    // Half of it at least: an answer takes the provider some time.
    return longest / 2 + platform::resilience::jittered(wait, static_cast<unsigned>(calls - 1),
                                                        environment_.runtime.entropy()) /
                             2;
  }

  binding::Environment environment_;
  CashierTools tools_;
  const PaymentsConfig& config_;
  platform::bus::Bell bell_;
  binding::Outage outage_{"payments.cashier"};
  int in_flight_ = 0;
};

}  // namespace

std::unique_ptr<Cashier> start_cashier(const binding::Environment& environment, CashierTools tools,
                                       const PaymentsConfig& config) {
  return std::make_unique<Working>(environment, std::move(tools), config);
}

}  // namespace services::rides
