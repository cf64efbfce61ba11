#include "services/users/edge/position_outbox.hpp"

#include <algorithm>
#include <iterator>

#include "contracts/subjects.hpp"
#include "platform/runtime/deadline.hpp"

namespace services::users::edge {
namespace {

using platform::awaitable;

// Keeps a batch well below what a NATS message may hold.
constexpr std::size_t fixes_per_batch_max = 500;

class BatchedPositions final : public PositionOutbox {
 public:
  BatchedPositions(const binding::Environment& environment, const UsersConfig& config,
                   const binding::Presence& presence)
      : environment_(environment),
        presence_(presence),
        flush_interval_(config.position_flush_interval) {}

  bool add(std::vector<contracts::UserFix> fixes) override {
    if (!environment_.bus.connected()) return false;
    if (presence_.is_away(contracts::Owner::location)) return false;
    std::ranges::move(fixes, std::back_inserter(pending_));
    if (pending_.size() >= fixes_per_batch_max) flush();
    if (!pending_.empty() && !flush_is_due_) schedule_flush();
    return true;
  }

 private:
  void schedule_flush() {
    flush_is_due_ = true;
    environment_.runtime.tasks().spawn("edge.flush_positions", [this] { return flush_later(); });
  }

  awaitable<void> flush_later() {
    co_await platform::runtime::sleep_for(flush_interval_);
    flush_is_due_ = false;
    flush();
  }

  void flush() {
    for (std::size_t from = 0; from < pending_.size(); from += fixes_per_batch_max) {
      const auto first = pending_.begin() + static_cast<std::ptrdiff_t>(from);
      const auto count = std::min(fixes_per_batch_max, pending_.size() - from);
      contracts::PositionBatch batch;
      std::move(first, first + static_cast<std::ptrdiff_t>(count), std::back_inserter(batch.fixes));
      environment_.bus.publish_signal(std::string{contracts::subjects::positions},
                                      base::json::to_text(batch));
    }
    pending_.clear();
  }

  binding::Environment environment_;
  const binding::Presence& presence_;
  std::chrono::milliseconds flush_interval_;
  std::vector<contracts::UserFix> pending_;
  bool flush_is_due_ = false;
};

}  // namespace

std::unique_ptr<PositionOutbox> make_position_outbox(const binding::Environment& environment,
                                                     const UsersConfig& config,
                                                     const binding::Presence& presence) {
  return std::make_unique<BatchedPositions>(environment, config, presence);
}

}  // namespace services::users::edge
