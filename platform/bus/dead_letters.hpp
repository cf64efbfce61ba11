#pragma once

/// Events that a service could not apply, for the people who look after it: `nebengjek dlq` and the
/// operator page. On a pool of the service's schema.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/bus/event.hpp"
#include "platform/postgres/pool.hpp"

namespace platform::bus {

struct DeadLetter {
  std::int64_t id = 0;
  std::string consumer;
  std::string producer;
  std::int64_t position = 0;
  Event event;
  int attempts = 0;
  std::string reason;  ///< Of the last attempt.
  base::Instant died_at;
};

/// Those that have all that is given.
struct DeadLetterFilter {
  std::optional<std::int64_t> id;
  std::optional<std::string> type;
  std::optional<base::Uuid> key;
  std::optional<std::string> reason;   ///< Text that the reason contains.
  std::optional<base::Instant> since;  ///< Died then or later.
};

/// The next `limit` with an id above `after`, oldest first: a page.
awaitable<std::vector<DeadLetter>> list_dead_letters(postgres::Pool& pool, std::int64_t after,
                                                     std::size_t limit,
                                                     DeadLetterFilter filter = {});

awaitable<std::optional<DeadLetter>> find_dead_letter(postgres::Pool& pool, std::int64_t id);

/// Parks the event again, with all its attempts before it: the consumer tries it within seconds,
/// and until it succeeds later events of its key wait behind it. False when there is no such
/// letter.
awaitable<bool> replay_dead_letter(postgres::Pool& pool, std::int64_t id);

/// Forgets it: the event will never be applied. False when there is no such letter.
awaitable<bool> drop_dead_letter(postgres::Pool& pool, std::int64_t id);

}  // namespace platform::bus
