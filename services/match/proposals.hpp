#pragma once

/// The life of proposals within a commit: what is kept, which slots move and who is told belong
/// together. The request is locked whenever a function here is called.

#include <vector>

#include "services/binding/work.hpp"
#include "services/match/ports.hpp"

namespace services::match {

/// A proposal about to be made: the request waits, the slot is held for it.
struct Opening {
  RequestRecord request;
  ProposalRecord proposal;
  domain::match::DriverSlot slot;
};

class Proposals {
 public:
  Proposals(binding::Work& work, MatchStore& store) : work_(work), store_(store) {}

  awaitable<void> open(const std::vector<Opening>& openings);

  /// The winner keeps his slot, now as the driver; everybody else who was asked is let go.
  awaitable<void> accept(const RequestRecord& request, const ProposalRecord& accepted,
                         const domain::match::DriverSlot& slot);

  /// Proposals that were declined, withdrawn or expired.
  awaitable<void> close(const RequestRecord& request, const std::vector<ProposalRecord>& closed);

  /// Withdraws all that are open.
  awaitable<void> withdraw(const RequestRecord& request);

  /// Withdraws the one that is open to this driver, if there is one.
  awaitable<void> withdraw_from(const DriverRecord& driver);

 private:
  std::vector<ProposalRecord> withdrawn(std::vector<ProposalRecord> open) const;
  awaitable<void> tell(const RequestRecord& request, const ProposalRecord& closed);

  binding::Work& work_;
  MatchStore& store_;
};

}  // namespace services::match
