#include "services/rides/seals.hpp"

#include <array>
#include <map>

#include "base/json/enums.hpp"
#include "platform/security/digest.hpp"
#include "platform/telemetry/log.hpp"
#include "services/rides/money_rows.hpp"
#include "services/rides/payment_queries.hpp"
#include "services/rides/rounds.hpp"

namespace services::rides {
namespace {

namespace postgres = platform::postgres;
using contracts::LedgerEntry;
using platform::awaitable;

constexpr int rows_max = 1'000;
/// How long after its id was made a row may be committed and still be sealed. Statements and
/// transactions end within seconds; the rest is for clocks that differ.
constexpr std::chrono::minutes commits_within{10};

struct LastSeal {
  std::int64_t number = 0;
  std::string hash;
  base::Instant sealed_at;
};

awaitable<LastSeal> find_last(postgres::Session& session) {
  const auto rows = co_await session.run(queries::last_seal);
  if (rows.empty()) co_return LastSeal{};
  const auto row = rows.front();
  co_return LastSeal{.number = row.get<std::int64_t>("seal_no"),
                     .hash = row.get<std::string>("hash"),
                     .sealed_at = row.get<base::Instant>("sealed_at")};
}

/// The least id that a row without a leaf can have.
base::Uuid horizon(const LastSeal& last) {
  if (last.number == 0) return {};
  const std::array<std::uint8_t, base::Uuid::random_size> nothing{};
  return base::Uuid::v7(last.sealed_at - commits_within, nothing);
}

awaitable<std::vector<LedgerEntry>> find_unsealed(postgres::Session& session,
                                                  const LastSeal& last) {
  std::vector<LedgerEntry> entries;
  for (const auto row : co_await session.run(queries::unsealed_rows, horizon(last), rows_max)) {
    entries.push_back(entry_of(row));
  }
  co_return entries;
}

std::vector<Leaf> leaves_of(const std::vector<LedgerEntry>& entries) {
  std::vector<Leaf> leaves;
  for (const auto& entry : entries) leaves.push_back({entry.entry_id.uuid, digest_of(entry)});
  return leaves;
}

awaitable<void> keep(postgres::Session& session, std::int64_t seal_no, const std::string& sums,
                     const std::string& hash, const std::vector<Leaf>& leaves, base::Instant now) {
  std::vector<base::Uuid> ids;
  std::vector<std::string> digests;
  for (const auto& leaf : leaves) {
    ids.push_back(leaf.entry_id);
    digests.push_back(leaf.digest);
  }
  co_await session.run(queries::add_seal, seal_no, std::ssize(leaves), sums, hash, now);
  co_await session.run(queries::add_leaves, ids, seal_no, digests);
}

}  // namespace

std::string digest_of(const LedgerEntry& entry) {
  return platform::security::sha256_hex(entry.entry_id.text() + '\n' + entry.cause + '\n' +
                                        std::string{base::json::name_of(entry.kind)} + '\n' +
                                        entry.debit_account + '\n' + entry.credit_account + '\n' +
                                        base::to_string(entry.amount) + '\n' +
                                        std::to_string(base::unix_us(entry.posted_at)));
}

std::string seal_hash(const std::string& previous, std::int64_t seal_no, const std::string& sums,
                      const std::vector<Leaf>& leaves) {
  auto text = previous + '\n' + std::to_string(seal_no) + '\n' + sums;
  for (const auto& leaf : leaves) text += '\n' + leaf.entry_id.text() + ' ' + leaf.digest;
  return platform::security::sha256_hex(text);
}

std::string sums_of(const std::vector<LedgerEntry>& entries) {
  std::map<base::Currency, base::Money> sums;
  for (const auto& entry : entries) {
    const auto currency = entry.amount.currency;
    auto& sum = sums.try_emplace(currency, base::Money{0, currency}).first->second;
    sum = sum + entry.amount;
  }
  std::string text;
  for (const auto& [currency, sum] : sums) text += (text.empty() ? "" : ", ") + to_string(sum);
  return text;
}

awaitable<std::int64_t> seal(const binding::Environment& environment) {
  const auto transaction = co_await environment.pool.begin();
  auto& session = transaction->session();
  const auto last = co_await find_last(session);
  const auto entries = co_await find_unsealed(session, last);
  if (entries.empty()) co_return 0;
  const auto number = last.number + 1;
  const auto leaves = leaves_of(entries);
  const auto sums = sums_of(entries);
  const auto hash = seal_hash(last.hash, number, sums, leaves);
  co_await keep(session, number, sums, hash, leaves, environment.runtime.now());
  co_await transaction->commit();
  platform::telemetry::info("ledger.sealed",
                            {{"seal", number}, {"entries", std::ssize(entries)}, {"hash", hash}});
  co_return std::ssize(entries);
}

void start_sealing(const binding::Environment& environment, std::chrono::milliseconds interval) {
  start_rounds(environment, {.name = "rides.sealer", .interval = interval},
               [environment]() -> awaitable<void> {
                 while (co_await seal(environment) == rows_max) {
                 }
               });
}

}  // namespace services::rides
