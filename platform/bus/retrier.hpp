#pragma once

#include <optional>
#include <string>

#include "platform/bus/parked.hpp"
#include "platform/bus/reaction.hpp"
#include "platform/bus/source.hpp"

namespace platform::bus {

/// Tries the parked events of one source again, each in a commit of its own.
class Retrier {
 public:
  Retrier(postgres::Pool& pool, runtime::Entropy& entropy, const Reaction& reaction, Source source);

  struct Retried {
    Event event;
    int attempts = 0;
    std::string failure;  ///< Empty: it is applied.
    bool dead = false;    ///< It was the last attempt.
  };

  /// Tries the event that is due for longest; empty when none is. Success lets the next of its key
  /// try at once. Failure, also one of the database, counts and puts it off, or makes a dead letter
  /// of it and lets the next one try.
  awaitable<std::optional<Retried>> retry();

 private:
  struct Tried {
    parked::Parked parked;
    std::string failure;
  };

  awaitable<std::optional<Tried>> try_due();
  awaitable<bool> note_failure(const Tried& tried);

  postgres::Pool& pool_;
  runtime::Entropy& entropy_;
  const Reaction& reaction_;
  const Source source_;
};

}  // namespace platform::bus
