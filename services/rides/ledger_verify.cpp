#include "services/rides/ledger_verify.hpp"

#include <optional>
#include <utility>

#include "platform/postgres/errors.hpp"
#include "services/rides/money_rows.hpp"
#include "services/rides/payment_queries.hpp"
#include "services/rides/queries.hpp"
#include "services/rides/seals.hpp"

namespace services::rides {
namespace {

namespace postgres = platform::postgres;
using contracts::LedgerEntry;
using platform::awaitable;

constexpr unsigned page_size = 200;

/// Who tampers may write what no row of ours holds.
std::optional<LedgerEntry> readable(const postgres::Row& row) {
  try {
    return entry_of(row);
  } catch (const postgres::StatementFailed&) {
    return {};
  }
}

class SealsCheck {
 public:
  SealsCheck(postgres::Session& session, base::Instant sealed_before)
      : session_(session), sealed_before_(sealed_before) {}

  awaitable<SealsReport> run() {
    co_await session_.run(queries::one_snapshot);
    co_await replay_seals();
    co_await look_for_unsealed();
    co_return std::move(report_);
  }

 private:
  void fault(std::string sentence) {
    if (report_.faults.size() < SealsReport::faults_max) {
      report_.faults.push_back(std::move(sentence));
    }
  }

  awaitable<void> replay_seals() {
    for (;;) {
      const auto page = co_await session_.run(queries::seal_page, report_.seals, page_size);
      if (page.empty()) co_return;
      for (const auto row : page) co_await replay(row);
    }
  }

  awaitable<void> replay(const postgres::Row& seal) {
    const auto number = seal.get<std::int64_t>("seal_no");
    const auto name = "seal " + std::to_string(number);
    if (number != report_.seals + 1) fault("seals before " + name + " are missing");
    std::vector<Leaf> leaves;
    std::vector<LedgerEntry> entries;
    for (const auto row : co_await session_.run(queries::leaves_of_seal, number)) {
      leaves.push_back({row.get<base::Uuid>("entry_id"), row.get<std::string>("digest")});
      compare(row, leaves.back(), name, entries);
    }
    const auto sums = seal.get<std::string>("sums");
    if (std::ssize(leaves) != seal.get<std::int64_t>("entries")) {
      fault(name + " has lost leaves");
    }
    if (entries.size() == leaves.size() && sums_of(entries) != sums) {
      fault("the rows under " + name + " do not move what it says");
    }
    const auto kept = seal.get<std::string>("hash");
    if (seal_hash(report_.hash, number, sums, leaves) != kept) {
      fault(name + " does not fit its leaves and the seal before it");
    }
    report_.hash = kept;
    report_.seals = number;
  }

  void compare(const postgres::Row& row, const Leaf& leaf, const std::string& seal,
               std::vector<LedgerEntry>& entries) {
    ++report_.sealed;
    const auto id = leaf.entry_id.text();
    if (!row.maybe<std::string>("cause")) {
      return fault("row " + id + " is missing, which is under " + seal);
    }
    if (auto entry = readable(row); entry && digest_of(*entry) == leaf.digest) {
      entries.push_back(*std::move(entry));
    } else {
      fault("row " + id + " is not what " + seal + " was put on");
    }
  }

  /// A page begins with the last row of the page before, which is counted once.
  awaitable<void> look_for_unsealed() {
    base::Uuid last;
    for (;;) {
      const auto rows = co_await session_.run(queries::unsealed_rows, last, page_size);
      for (const auto row : rows) {
        const auto entry = entry_of(row);
        if (entry.entry_id.uuid != last) look_at_unsealed(entry);
      }
      if (rows.size() < page_size) co_return;
      last = rows[rows.size() - 1].get<base::Uuid>("entry_id");
    }
  }

  void look_at_unsealed(const LedgerEntry& entry) {
    ++report_.unsealed;
    if (entry.posted_at < sealed_before_) {
      fault("row " + entry.entry_id.text() + " (" + entry.cause + ") is under no seal");
    }
  }

  postgres::Session& session_;
  base::Instant sealed_before_;
  SealsReport report_;
};

}  // namespace

awaitable<SealsReport> verify_seals(postgres::Pool& pool, base::Instant now,
                                    std::chrono::milliseconds unsealed_for) {
  const auto transaction = co_await pool.begin();
  auto report = co_await SealsCheck{transaction->session(), now - unsealed_for}.run();
  co_await transaction->rollback();
  co_return report;
}

}  // namespace services::rides
