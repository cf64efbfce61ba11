#pragma once

/// What a use case works with: the commit it is part of, and the runtime it happens in. Stores are
/// made over a Work, one per command or event, and are cheap.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/json/json.hpp"
#include "contracts/errors.hpp"
#include "contracts/events.hpp"
#include "platform/bus/unit.hpp"
#include "platform/runtime/runtime.hpp"

namespace services::binding {

class Work {
 public:
  Work(platform::bus::Unit& unit, const platform::runtime::Runtime& runtime, std::string trace)
      : unit_(unit), runtime_(runtime), trace_(std::move(trace)) {}

  /// Of the transaction, which opens at the first call: see platform::bus::Unit.
  platform::awaitable<platform::postgres::Session*> session() { return unit_.session(); }

  platform::bus::Unit& unit() { return unit_; }
  base::Instant now() const { return runtime_.now(); }
  const platform::runtime::Runtime& runtime() const { return runtime_; }
  const std::string& trace() const { return trace_; }

  template <class IdType>
  IdType new_id() const {
    return runtime_.new_id<IdType>();
  }

  /// Announces what has happened to the aggregate `key`, in this commit. The aggregate's row must
  /// be locked by now.
  template <class Payload, class Tag>
  platform::awaitable<void> announce(const contracts::EventKind<Payload>& kind,
                                     const base::Id<Tag>& key, const Payload& payload) {
    return unit_.emit({.id = new_id<base::Id<struct EventTag>>().uuid,
                       .type = std::string{kind.type},
                       .key = key.uuid,
                       .payload = base::json::to_text(payload),
                       .trace = trace_,
                       .at = now()});
  }

  /// The refusal that will be answered belongs to a change, as a wrong PIN that counts does: it is
  /// committed, and found again by the idempotency key, as a success would be.
  void keep_refusal() { keeps_refusal_ = true; }
  bool keeps_refusal() const { return keeps_refusal_; }

  /// What will be answered beside the code, should the use case refuse.
  void explain(contracts::Explanation explanation) { explanation_ = std::move(explanation); }
  const contracts::Explanation& explanation() const { return explanation_; }

  /// Called once the commit has happened, and never if it doesn't: the place for what may be lost,
  /// such as copies in Redis and signals.
  void after_commit(std::function<void()> action) { after_commit_.push_back(std::move(action)); }
  void committed() {
    for (const auto& action : after_commit_) action();
    after_commit_.clear();
  }

 private:
  std::vector<std::function<void()>> after_commit_;
  bool keeps_refusal_ = false;
  contracts::Explanation explanation_;
  platform::bus::Unit& unit_;
  const platform::runtime::Runtime& runtime_;
  std::string trace_;
};

}  // namespace services::binding
