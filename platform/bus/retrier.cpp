#include "platform/bus/retrier.hpp"

#include <utility>

#include "platform/bus/failure.hpp"

namespace platform::bus {

Retrier::Retrier(postgres::Pool& pool, runtime::Entropy& entropy, const Reaction& reaction,
                 Source source)
    : pool_(pool), entropy_(entropy), reaction_(reaction), source_(std::move(source)) {}

awaitable<std::optional<Retrier::Retried>> Retrier::retry() {
  auto tried = co_await try_due();
  if (!tried) co_return std::nullopt;
  const bool failed = !tried->failure.empty();
  const bool dead = failed && co_await note_failure(*tried);
  co_return Retried{
      .event = std::move(tried->parked.numbered.event),
      .attempts = tried->parked.attempts + 1,
      .failure = std::move(tried->failure),
      .dead = dead,
  };
}

awaitable<std::optional<Retrier::Tried>> Retrier::try_due() {
  const auto transaction = co_await pool_.begin();
  auto& session = transaction->session();
  co_await lock_position(session, source_);
  auto due = co_await parked::find_due(session, source_);
  if (!due) co_return std::nullopt;

  Tried tried{.parked = *std::move(due)};
  const auto& numbered = tried.parked.numbered;
  if (const auto thrown = co_await reaction_.attempt(pool_, session, numbered.event)) {
    tried.failure = describe(thrown).reason;
    co_return tried;  // Rolled back.
  }
  co_await parked::finish(session, source_, numbered);
  co_await transaction->commit();
  co_return tried;
}

awaitable<bool> Retrier::note_failure(const Tried& tried) {
  const auto retry_in = reaction_.retry_after(tried.parked.attempts + 1, entropy_);
  const auto transaction = co_await pool_.begin();
  auto& session = transaction->session();
  co_await lock_position(session, source_);
  if (retry_in) {
    co_await parked::postpone(session, source_, tried.parked, tried.failure, *retry_in);
  } else {
    co_await parked::bury(session, source_, tried.parked, tried.failure);
  }
  co_await transaction->commit();
  co_return !retry_in;
}

}  // namespace platform::bus
