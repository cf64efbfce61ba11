#pragma once

/// Events that a service could not apply, as operators see and settle them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "contracts/values.hpp"

namespace contracts {

/// Those that have all that is given, oldest first.
struct ListDeadLetters {
  std::optional<std::string> type;     ///< "ride.started"
  std::optional<base::Uuid> key;       ///< Of this request or user.
  std::optional<std::string> reason;   ///< Text that the reason contains: 1 to 200 characters.
  std::optional<base::Instant> since;  ///< Died then or later.
  std::optional<std::int64_t> after;   ///< `next` of the page before.
  std::optional<int> limit;            ///< 1 to 100; 50 where absent.
};
BOOST_DESCRIBE_STRUCT(ListDeadLetters, (), (type, key, reason, since, after, limit))
void check(const ListDeadLetters& request, base::json::Check& check);

struct DeadLetterRef {
  std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(DeadLetterRef, (), (id))

struct DeadLetterView {
  std::int64_t id = 0;
  std::string producer;  ///< Whose event it is.
  std::string type;
  base::Uuid key;
  base::Uuid event_id;
  std::int64_t position = 0;  ///< In the producer's log.
  int attempts = 0;
  std::string reason;  ///< Of the last attempt.
  std::string trace;   ///< W3C traceparent of what caused the event; may be empty.
  base::Instant at;
  base::Instant died_at;
  std::optional<boost::json::value> payload;  ///< Of one that was asked for alone.
};
BOOST_DESCRIBE_STRUCT(DeadLetterView, (),
                      (id, producer, type, key, event_id, position, attempts, reason, trace, at,
                       died_at, payload))

struct DeadLetterPage {
  std::vector<DeadLetterView> dead_letters;
  std::optional<std::int64_t> next;  ///< Absent on the last page.
};
BOOST_DESCRIBE_STRUCT(DeadLetterPage, (), (dead_letters, next))

/// Those that have all that is given; something must be.
struct SelectDeadLetters {
  std::optional<std::int64_t> id;
  std::optional<std::string> type;
  std::optional<base::Uuid> key;      ///< Of this request or user.
  std::optional<std::string> reason;  ///< Text that the reason contains: 1 to 200 characters.
  std::optional<base::Instant> since;
};
BOOST_DESCRIBE_STRUCT(SelectDeadLetters, (), (id, type, key, reason, since))
void check(const SelectDeadLetters& request, base::json::Check& check);

struct SettledDeadLetters {
  int count = 0;
};
BOOST_DESCRIBE_STRUCT(SettledDeadLetters, (), (count))

}  // namespace contracts
