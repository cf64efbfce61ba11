// The tables: what is kept comes back as it was, and the database refuses what must not be.

#include <gmock/gmock.h>

#include "platform/bus/migrations.hpp"
#include "platform/postgres/errors.hpp"
#include "platform/postgres/migrate.hpp"
#include "services/rides/ledger_check.hpp"
#include "services/rides/migrations.hpp"
#include "services/rides/pg_store.hpp"
#include "tests/support/stack_fixture.hpp"

namespace services::rides {
namespace {

using namespace std::chrono_literals;
namespace ledger = domain::ledger;
namespace postgres = platform::postgres;
namespace ride = domain::ride;
using platform::runtime::Runtime;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto booked_at = base::from_unix_ms(1'700'000'000'000);

/// The tables of one test.
class Tables {
 public:
  explicit Tables(Runtime& runtime)
      : runtime_(runtime), config_(tests::support::fresh_database_config("rides")), pool_(make()) {}

  /// Runs `change` in a unit of work of its own.
  template <class Change>
  awaitable<void> in_commit(Change change) {
    platform::bus::Unit unit{*pool_, {}};
    binding::Work work{unit, runtime_, {}};
    PgStore store{work, *pool_};
    co_await change(store);
    co_await unit.commit({});
  }

  awaitable<void> save(ride::Ride changed) {
    co_await in_commit([&](PgStore& store) { return store.save(changed); });
  }
  awaitable<void> save(ride::Payment changed) {
    co_await in_commit([&](PgStore& store) { return store.save(changed); });
  }
  awaitable<void> book(RideRecord record) {
    co_await in_commit([&](PgStore& store) { return store.book(record); });
  }
  awaitable<void> post(std::vector<ledger::Transfer> transfers) {
    co_await in_commit([&](PgStore& store) { return store.post(base::Uuid{}, transfers); });
  }

  awaitable<RideRecord> find(domain::RideId id) {
    platform::bus::Unit unit{*pool_, {}};
    binding::Work work{unit, runtime_, {}};
    co_return (co_await PgStore{work, *pool_}.find(id)).value();
  }
  awaitable<base::Money> balance(ledger::Account account) {
    platform::bus::Unit unit{*pool_, {}};
    binding::Work work{unit, runtime_, {}};
    co_return co_await PgStore{work, *pool_}.balance(account, base::Currency::idr);
  }

  awaitable<void> run(std::string statement) {
    co_await pool_->run(postgres::Query{statement, statement});
  }
  /// What the database says to a statement; empty when it does as told.
  awaitable<std::string> refusal(std::string statement) {
    try {
      co_await run(statement);
    } catch (const postgres::StatementFailed& failure) {
      co_return failure.what();
    }
    co_return "";
  }

  postgres::Pool& pool() { return *pool_; }
  awaitable<void> close() { return pool_->close(); }

 private:
  std::unique_ptr<postgres::Pool> make() {
    postgres::migrate(config_, platform::bus::migrations());
    postgres::migrate(config_, migrations());
    return postgres::make_pool(runtime_, config_);
  }

  Runtime& runtime_;
  postgres::PoolConfig config_;
  std::unique_ptr<postgres::Pool> pool_;
};

/// A test over fresh tables.
void with_tables(const std::function<awaitable<void>(Tables&, Runtime&)>& test) {
  tests::support::run([&](Runtime& runtime) -> awaitable<void> {
    Tables tables{runtime};
    co_await test(tables, runtime);
    co_await tables.close();
  });
}

RideRecord booked(Runtime& runtime) {
  const ride::Booking booking{.id = runtime.new_id<domain::RideId>(),
                              .passenger_id = runtime.new_id<domain::UserId>(),
                              .driver_id = runtime.new_id<domain::UserId>(),
                              .vehicle_type = domain::VehicleType::car,
                              .pickup = {-6.1754, 106.8272},
                              .destination = {-6.2250, 106.8100},
                              .tariff = {.vehicle_type = domain::VehicleType::car,
                                         .base = 1'000,
                                         .per_km = 5'000,
                                         .per_minute = 200,
                                         .minimum = 10'000},
                              .pin = "0427"};
  return {.ride = ride::begin(booking, {}, booked_at)->ride,
          .match_id = runtime.new_id<domain::MatchId>(),
          .driver = {.driver_id = booking.driver_id,
                     .name = "Siti \"Cepat\"",
                     .vehicle_type = domain::VehicleType::car,
                     .vehicle = "Toyota Avanza, white",
                     .plate = "B 1 A"},
          .pickup_label = "Monas",
          .destination_label = {},
          .platform_fee_bp = 500,
          .payment = {}};
}

ride::Ride advanced(ride::Ride ride, ride::RideState state) {
  ride.state = state;
  ++ride.version;
  return ride;
}

ride::Ride arrived(const ride::Ride& before) {
  auto ride = advanced(before, ride::RideState::arrived);
  ride.arrived_at = booked_at + 1min;
  ride.pin_failures = 2;
  return ride;
}

ride::Ride started(const ride::Ride& before) {
  auto ride = advanced(before, ride::RideState::in_progress);
  ride.started_at = booked_at + 2min;
  ride.start_sequence = 100;
  return ride;
}

ride::Ride completed(const ride::Ride& before) {
  auto ride = advanced(before, ride::RideState::completed);
  ride.completed_at = booked_at + 12min + 345us;
  ride.end_sequence = 900;
  ride.adjustment_bp = 9'000;
  return ride;
}

ride::Ride with_fare(const ride::Ride& before) {
  return ride::decide(before, ride::FinalizeFare{{4'321.5}}, booked_at)->ride;
}

ride::Ride paid(const ride::Ride& before) {
  return ride::decide(before, ride::Pay{}, booked_at + 13min)->ride;
}

ride::Ride given_back(const ride::Ride& before) {
  auto ride = advanced(before, ride::RideState::cancelled);
  ride.cancellation = ride::Cancellation{.by = ride::CancelledBy::driver,
                                         .reason = "a \\ and a tab's worth",
                                         .fee = {0, base::Currency::idr},
                                         .at = booked_at + 90s};
  return ride;
}

ledger::Transfer transfer(Runtime& runtime, domain::UserId from, domain::UserId to,
                          std::int64_t amount) {
  return {.debit_account = ledger::Account::passenger(from),
          .credit_account = ledger::Account::driver(to),
          .amount = {amount, base::Currency::idr},
          .kind = ledger::TransferKind::fare,
          .cause = {ledger::CauseKind::ride, runtime.new_id<domain::RideId>().uuid}};
}

TEST(RideTables, KeepARideThroughItsLife) {
  with_tables([](Tables& tables, Runtime& runtime) -> awaitable<void> {
    const auto record = booked(runtime);
    co_await tables.book(record);
    const auto found = co_await tables.find(record.ride.id);
    EXPECT_EQ(found.ride, record.ride);
    EXPECT_EQ(found.match_id, record.match_id);
    EXPECT_EQ(found.driver.name, record.driver.name);
    EXPECT_EQ(found.driver.vehicle, record.driver.vehicle);
    EXPECT_EQ(found.pickup_label, "Monas");
    EXPECT_EQ(found.destination_label, std::nullopt);
    EXPECT_EQ(found.platform_fee_bp, 500);

    auto ride = record.ride;
    for (const auto step : {arrived, started, completed, with_fare, paid}) {
      ride = step(ride);
      co_await tables.save(ride);
      EXPECT_EQ((co_await tables.find(ride.id)).ride, ride);
    }
  });
}

TEST(RideTables, GiveARideToItsNextDriver) {
  with_tables([](Tables& tables, Runtime& runtime) -> awaitable<void> {
    auto record = booked(runtime);
    co_await tables.book(record);
    const auto before = given_back(record.ride);
    co_await tables.save(before);
    EXPECT_EQ((co_await tables.find(before.id)).ride, before);

    record.ride.version = before.version + 1;
    record.ride.driver_id = record.driver.driver_id = runtime.new_id<domain::UserId>();
    co_await tables.book(record);
    EXPECT_EQ((co_await tables.find(before.id)).ride, record.ride);
  });
}

TEST(RideTables, KeepAPayment) {
  with_tables([](Tables& tables, Runtime& runtime) -> awaitable<void> {
    const auto record = booked(runtime);
    co_await tables.book(record);
    ride::Payment payment{.id = runtime.new_id<domain::PaymentId>(),
                          .ride_id = record.ride.id,
                          .amount = {12'000, base::Currency::idr},
                          .requested_at = booked_at};
    co_await tables.save(payment);
    EXPECT_EQ((co_await tables.find(record.ride.id)).payment, payment);
    payment.state = ride::PaymentState::settled;
    payment.settled_at = booked_at + 1min;
    ++payment.version;
    co_await tables.save(payment);
    EXPECT_EQ((co_await tables.find(record.ride.id)).payment, payment);

    auto second = payment;
    second.id = runtime.new_id<domain::PaymentId>();
    EXPECT_THROW(co_await tables.save(second), postgres::ConstraintViolated);
  });
}

TEST(RideTables, RefuseAStaleChange) {
  with_tables([](Tables& tables, Runtime& runtime) -> awaitable<void> {
    const auto record = booked(runtime);
    co_await tables.book(record);
    co_await tables.save(arrived(record.ride));
    EXPECT_THROW(co_await tables.save(given_back(record.ride)), postgres::Contended);
  });
}

TEST(RideTables, RefuseASecondLiveRide) {
  with_tables([](Tables& tables, Runtime& runtime) -> awaitable<void> {
    const auto first = booked(runtime);
    co_await tables.book(first);
    auto of_driver = booked(runtime);
    of_driver.ride.driver_id = first.ride.driver_id;
    EXPECT_THROW(co_await tables.book(of_driver), postgres::ConstraintViolated);
    auto of_passenger = booked(runtime);
    of_passenger.ride.passenger_id = first.ride.passenger_id;
    EXPECT_THROW(co_await tables.book(of_passenger), postgres::ConstraintViolated);
    co_await tables.save(given_back(first.ride));
    co_await tables.book(of_driver);
  });
}

TEST(Ledger, SumsUpToABalance) {
  with_tables([](Tables& tables, Runtime& runtime) -> awaitable<void> {
    const auto passenger = runtime.new_id<domain::UserId>();
    const auto driver = runtime.new_id<domain::UserId>();
    EXPECT_EQ((co_await tables.balance(ledger::Account::driver(driver))).amount, 0);
    co_await tables.post({transfer(runtime, passenger, driver, 12'000),
                          transfer(runtime, passenger, driver, 30'000)});
    EXPECT_EQ((co_await tables.balance(ledger::Account::driver(driver))).amount, 42'000);
    EXPECT_EQ((co_await tables.balance(ledger::Account::passenger(passenger))).amount, -42'000);
  });
}

TEST(Ledger, TakesEachRowOnceAndOnlySoundOnes) {
  with_tables([](Tables& tables, Runtime& runtime) -> awaitable<void> {
    const auto user = runtime.new_id<domain::UserId>();
    const auto once = transfer(runtime, user, user, 12'000);
    co_await tables.post({once});
    EXPECT_THROW(co_await tables.post({once}), postgres::ConstraintViolated);
    EXPECT_THROW(co_await tables.post({transfer(runtime, user, user, 0)}),
                 postgres::ConstraintViolated);
    auto circle = transfer(runtime, user, user, 1);
    circle.credit_account = circle.debit_account;
    EXPECT_THROW(co_await tables.post({circle}), postgres::ConstraintViolated);
  });
}

TEST(Ledger, IsNeverRewritten) {
  with_tables([](Tables& tables, Runtime& runtime) -> awaitable<void> {
    const auto user = runtime.new_id<domain::UserId>();
    co_await tables.post({transfer(runtime, user, user, 12'000)});
    const std::string statements[] = {"UPDATE billing_ledger SET amount = 1",
                                      "DELETE FROM billing_ledger", "TRUNCATE billing_ledger"};
    for (const auto& statement : statements) {
      EXPECT_THAT(co_await tables.refusal(statement), HasSubstr("permission denied"));
    }
    co_await tables.run("GRANT ALL ON billing_ledger TO CURRENT_USER");
    for (const auto& statement : statements) {
      EXPECT_THAT(co_await tables.refusal(statement), HasSubstr("are never changed"));
    }
    EXPECT_EQ((co_await tables.balance(ledger::Account::driver(user))).amount, 12'000);
  });
}

/// A ride that was driven and paid in cash, without a row in the books.
awaitable<RideRecord> keep_paid_ride(Tables& tables, Runtime& runtime) {
  auto record = booked(runtime);
  co_await tables.book(record);
  for (const auto step : {arrived, started, completed, with_fare, paid}) {
    record.ride = step(record.ride);
    co_await tables.save(record.ride);
  }
  record.payment = ride::Payment{.id = runtime.new_id<domain::PaymentId>(),
                                 .ride_id = record.ride.id,
                                 .amount = record.ride.fare->total,
                                 .state = ride::PaymentState::settled,
                                 .requested_at = booked_at,
                                 .settled_at = booked_at};
  co_await tables.save(*record.payment);
  co_return record;
}

std::vector<ledger::Transfer> rows_of(const RideRecord& record) {
  const ledger::Parties parties{record.ride.passenger_id, record.ride.driver_id};
  const auto total = record.ride.fare->total;
  auto rows = ledger::transfers_for_fare(record.ride.id, parties, total,
                                         domain::fare::platform_fee(total, 500));
  rows.push_back(ledger::transfers_for_cash_payment(record.payment->id, parties, total).front());
  return rows;
}

TEST(LedgerCheck, ProvesGoodBooks) {
  with_tables([](Tables& tables, Runtime& runtime) -> awaitable<void> {
    EXPECT_THAT((co_await check_books(tables.pool())).faults, IsEmpty());
    for (int i = 0; i < 3; ++i) {
      co_await tables.post(rows_of(co_await keep_paid_ride(tables, runtime)));
    }
    const auto report = co_await check_books(tables.pool());
    EXPECT_THAT(report.faults, IsEmpty());
    EXPECT_EQ(report.rides, 3);
    EXPECT_EQ(report.entries, 9);
  });
}

TEST(LedgerCheck, FindsWhatIsMissing) {
  with_tables([](Tables& tables, Runtime& runtime) -> awaitable<void> {
    auto rows = rows_of(co_await keep_paid_ride(tables, runtime));
    rows.erase(rows.begin() + 1);
    co_await tables.post(rows);
    EXPECT_THAT((co_await check_books(tables.pool())).faults,
                testing::ElementsAre(
                    testing::AllOf(HasSubstr("platform_fee of ride:"), HasSubstr("is missing"))));
  });
}

TEST(LedgerCheck, FindsWhatIsTooMuch) {
  with_tables([](Tables& tables, Runtime& runtime) -> awaitable<void> {
    const auto user = runtime.new_id<domain::UserId>();
    co_await tables.post({transfer(runtime, user, user, 1)});
    EXPECT_THAT((co_await check_books(tables.pool())).faults,
                Contains("there are rows that nothing explains"));
  });
}

TEST(LedgerCheck, FindsWhatWasTamperedWith) {
  with_tables([](Tables& tables, Runtime& runtime) -> awaitable<void> {
    co_await tables.post(rows_of(co_await keep_paid_ride(tables, runtime)));
    co_await tables.run("GRANT ALL ON billing_ledger TO CURRENT_USER");
    co_await tables.run("ALTER TABLE billing_ledger DISABLE TRIGGER append_only");
    co_await tables.run("UPDATE billing_ledger SET amount = amount + 1 WHERE kind = 'fare'");
    EXPECT_THAT((co_await check_books(tables.pool())).faults,
                Contains(HasSubstr("is not what it should be")));
    co_await tables.run("UPDATE billing_ledger SET credit_account = 'platform:fees'");
    EXPECT_THAT((co_await check_books(tables.pool())).faults, Contains(HasSubstr("is not sound")));
  });
}

TEST(LedgerCheck, FindsAPaymentThatPaidNothing) {
  with_tables([](Tables& tables, Runtime& runtime) -> awaitable<void> {
    co_await tables.post(rows_of(co_await keep_paid_ride(tables, runtime)));
    co_await tables.run("UPDATE payments SET state = 'failed', settled_at = NULL");
    EXPECT_THAT((co_await check_books(tables.pool())).faults,
                Contains(HasSubstr("differ about being paid")));
  });
}

}  // namespace
}  // namespace services::rides
