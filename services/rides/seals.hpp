#pragma once

/// Seals on the books. Every row has a leaf, the digest of all its columns; each seal is the digest
/// of the seal before it and of its own leaves. Who changes or removes a row must change its leaf,
/// its seal and every seal since, and is found out by anybody who has kept one of those: the newest
/// is in the log of whichever instance made it.

#include <cstdint>
#include <string>
#include <vector>

#include "contracts/payments.hpp"
#include "services/binding/service.hpp"

namespace services::rides {

/// Of a row as the database gives it back: SHA-256 over its columns, one line each.
std::string digest_of(const contracts::LedgerEntry& entry);

struct Leaf {
  base::Uuid entry_id;
  std::string digest;
};

/// Of a seal: SHA-256 over `previous` (empty for the first), the number, the sums and the leaves,
/// one line each.
std::string seal_hash(const std::string& previous, std::int64_t seal_no, const std::string& sums,
                      const std::vector<Leaf>& leaves);

/// What the rows move, by currency: "IDR 24600".
std::string sums_of(const std::vector<contracts::LedgerEntry>& entries);

/// Seals the rows that were committed and have none, at most some thousand; returns how many.
platform::awaitable<std::int64_t> seal(const binding::Environment& environment);

/// Seals every interval, in the runtime's tasks.
void start_sealing(const binding::Environment& environment, std::chrono::milliseconds interval);

}  // namespace services::rides
