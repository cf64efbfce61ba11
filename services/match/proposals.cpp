#include "services/match/proposals.hpp"

#include <utility>

#include "contracts/events.hpp"
#include "services/match/views.hpp"

namespace services::match {

namespace events = contracts::events;

awaitable<void> Proposals::open(const std::vector<Opening>& openings) {
  if (openings.empty()) co_return;
  std::vector<ProposalRecord> records;
  std::vector<domain::match::DriverSlot> slots;
  for (const auto& opening : openings) {
    records.push_back(opening.proposal);
    slots.push_back(opening.slot);
  }
  co_await store_.insert(records);
  co_await store_.hold(slots, HeldAs::proposed, work_.now());
  for (const auto& [request, proposal, slot] : openings) {
    const contracts::ProposalChanged made{.driver_id = slot.driver_id,
                                          .proposal = veiled_view(request, proposal)};
    co_await work_.announce(events::proposal_made, request.request.id, made);
  }
}

awaitable<void> Proposals::accept(const RequestRecord& request, const ProposalRecord& accepted,
                                  const domain::match::DriverSlot& slot) {
  co_await store_.save(std::vector{accepted.proposal});
  co_await store_.hold(std::vector{slot}, HeldAs::matched, work_.now());
  co_await tell(request, accepted);
  co_await withdraw(request);
}

awaitable<void> Proposals::close(const RequestRecord& request,
                                 const std::vector<ProposalRecord>& closed) {
  if (closed.empty()) co_return;
  std::vector<domain::match::Proposal> proposals;
  std::vector<domain::DriverId> drivers;
  for (const auto& record : closed) {
    proposals.push_back(record.proposal);
    drivers.push_back(record.proposal.driver_id);
  }
  co_await store_.save(proposals);
  co_await store_.release(request.request.id, drivers, work_.now());
  for (const auto& record : closed) co_await tell(request, record);
}

awaitable<void> Proposals::withdraw(const RequestRecord& request) {
  co_await close(request, withdrawn(co_await store_.open_proposals(request.request.id)));
}

awaitable<void> Proposals::withdraw_from(const DriverRecord& driver) {
  if (driver.held_as != HeldAs::proposed) co_return;
  const auto request = co_await store_.find(*driver.slot.held_by);
  auto open = co_await store_.open_proposals(request->request.id);
  std::erase_if(open, [&](const ProposalRecord& record) {
    return record.proposal.driver_id != driver.slot.driver_id;
  });
  co_await close(*request, withdrawn(std::move(open)));
}

std::vector<ProposalRecord> Proposals::withdrawn(std::vector<ProposalRecord> open) const {
  for (auto& record : open) {
    record.proposal =
        decide(record.proposal, domain::match::WithdrawProposal{}, work_.now()).value();
  }
  return open;
}

awaitable<void> Proposals::tell(const RequestRecord& request, const ProposalRecord& closed) {
  const contracts::ProposalChanged changed{.driver_id = closed.proposal.driver_id,
                                           .proposal = veiled_view(request, closed)};
  co_await work_.announce(events::proposal_closed, request.request.id, changed);
}

}  // namespace services::match
