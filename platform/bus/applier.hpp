#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/bus/parked.hpp"
#include "platform/bus/reaction.hpp"
#include "platform/bus/source.hpp"

namespace platform::bus {

/// Applies the events of one source in order, many in one commit with the position that they reach.
class Applier {
 public:
  Applier(postgres::Pool& pool, runtime::Entropy& entropy, const Reaction& reaction, Source source);

  struct Outcome {
    std::int64_t position = 0;          ///< Of the source, now.
    std::vector<const Event*> applied;  ///< Of those that were passed.
    bool parked_some = false;
  };

  /// Applies what follows position `after` without a hole, as much as takes no more than a tenth of
  /// a second. Does nothing if the source is not at `after`, because another instance has moved it.
  ///
  /// An event that fails is parked, and so are later ones of its key; the commit ends with it. A
  /// failure that ends the transaction, as those of the database do, rolls all back and is thrown;
  /// only an event that was being applied each time, several times in a row, is parked like any
  /// other: a statement that always runs into its timeout must not stop its shard.
  awaitable<Outcome> apply(const std::vector<const Numbered*>& run, std::int64_t after);

 private:
  /// An event that has failed, and with it the transaction.
  struct Failed {
    std::int64_t position = 0;  ///< 0: none has.
    std::string reason;
  };

  awaitable<Outcome> in_one_commit(const std::vector<const Numbered*>& run, std::int64_t after,
                                   const Failed& failed);
  awaitable<void> apply_or_park(postgres::Session& session, const Numbered& numbered,
                                const Failed& failed, parked::Keys& waiting, Outcome& outcome);
  awaitable<std::string> failure_of(postgres::Session& session, const Numbered& numbered,
                                    const Failed& failed);
  bool stops_the_shard(const Numbered& numbered) const;
  void blame_event_in_hand();

  postgres::Pool& pool_;
  runtime::Entropy& entropy_;
  const Reaction& reaction_;
  const Source source_;

  std::int64_t in_hand_ = 0;  // The position that is being applied; 0: none.
  std::int64_t suspect_ = 0;  // The position during which the last commit was abandoned,
  int abandonments_ = 0;      // so many times in a row.
};

}  // namespace platform::bus
