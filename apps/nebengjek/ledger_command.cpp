#include "apps/nebengjek/ledger_command.hpp"

#include <cstdio>
#include <string>
#include <vector>

#include "apps/nebengjek/blocking.hpp"
#include "services/rides/ledger_check.hpp"
#include "services/rides/ledger_verify.hpp"

namespace apps::nebengjek {
namespace {

namespace postgres = platform::postgres;
namespace rides = services::rides;
using platform::awaitable;

/// Seals that a busy database has missed are no fault of the books'.
constexpr int missed_seals_max = 5;

constexpr std::chrono::milliseconds statement_limit{60'000};

/// A proof reads everything, which takes longer than a command may.
postgres::PoolConfig patient(postgres::PoolConfig config) {
  config.statement_timeout = statement_limit;
  config.answer_timeout = statement_limit;
  return config;
}

void print(const std::vector<std::string>& faults) {
  for (const auto& fault : faults) std::printf("  %s\n", fault.c_str());
}

}  // namespace

int verify_ledger(const Settings& settings) {
  rides::BooksReport books;
  rides::SealsReport seals;
  run_blocking([&](platform::runtime::Runtime& runtime) -> awaitable<void> {
    const auto pool = postgres::make_pool(runtime, patient(settings.postgres_of(Role::rides)));
    books = co_await rides::check_books(*pool);
    seals = co_await rides::verify_seals(
        *pool, runtime.now(), missed_seals_max * settings.rides.payments.seal_interval_ms);
    co_await pool->close();
  });
  std::printf(
      "%lld rows of %lld rides: every row has its reason, every currency sums to zero: %s\n",
      static_cast<long long>(books.entries), static_cast<long long>(books.rides),
      books.faults.empty() ? "proven" : "NOT SO");
  print(books.faults);
  std::printf("%lld rows under %lld seals, %lld younger: %s\n",
              static_cast<long long>(seals.sealed), static_cast<long long>(seals.seals),
              static_cast<long long>(seals.unsealed),
              seals.faults.empty() ? "unchanged since they were sealed" : "NOT AS THEY WERE");
  print(seals.faults);
  if (seals.seals > 0) std::printf("last seal: %s\n", seals.hash.c_str());
  return books.faults.empty() && seals.faults.empty() ? 0 : 1;
}

}  // namespace apps::nebengjek
