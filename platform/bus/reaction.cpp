#include "platform/bus/reaction.hpp"

#include "platform/bus/failure.hpp"

namespace platform::bus {
namespace {

constexpr std::uint32_t jitter_percent = 20;

}  // namespace

awaitable<std::exception_ptr> Reaction::attempt(postgres::Pool& pool, postgres::Session& session,
                                                const Event& event) const {
  if (!wants(event)) co_return nullptr;
  Unit unit{pool, session};
  co_return co_await thrown_by(apply(event, unit));
}

void Reaction::committed(const Event& event, base::Instant now) const {
  meters.applied.add();
  meters.delay.observe(std::chrono::duration<double>(now - event.at).count());
  if (!after_commit) return;
  try {
    after_commit(event);
  } catch (...) {
    telemetry::error("event.after_commit_failed",
                     {{"type", event.type},
                      {"reason", describe(std::current_exception()).reason},
                      telemetry::trace(event.trace)});
  }
}

std::optional<std::chrono::milliseconds> Reaction::retry_after(int attempts,
                                                               runtime::Entropy& entropy) const {
  const auto& delays = config.retry_delays;
  const auto index = static_cast<std::size_t>(attempts - 1);
  if (index >= delays.size()) return {};
  return delays[index] * (100 - jitter_percent + entropy.below(2 * jitter_percent + 1)) / 100;
}

}  // namespace platform::bus
