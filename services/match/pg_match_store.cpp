#include <utility>

#include "platform/postgres/errors.hpp"
#include "services/match/pg_store.hpp"
#include "services/match/queries.hpp"
#include "services/match/rows.hpp"

namespace services::match {
namespace {

using domain::DriverId;
using domain::MatchId;
using domain::RequestId;
using domain::match::DriverSlot;
using domain::match::MatchRequest;
using domain::match::Proposal;
using platform::postgres::Contended;

/// What `read` gives for each of `from`: one column of a statement that takes arrays.
template <class From, class Read>
auto each(const std::vector<From>& from, Read read) {
  std::vector<std::decay_t<std::invoke_result_t<Read, const From&>>> values;
  for (const auto& one : from) values.push_back(read(one));
  return values;
}

template <class Record>
std::optional<Record> first(std::vector<Record> records) {
  if (records.empty()) return {};
  return std::move(records.front());
}

class PgMatchStore final : public MatchStore {
 public:
  explicit PgMatchStore(binding::Work& work) : work_(work) {}

  // Requests.

  awaitable<std::optional<RequestRecord>> find(RequestId id) override {
    auto& session = *co_await work_.session();
    co_return first(co_await read_requests(session, {id}));
  }

  awaitable<std::optional<RequestRecord>> lock(RequestId id) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::lock_request, id);
    co_return first(co_await read_requests(session, {id}));
  }

  awaitable<bool> insert(const RequestRecord& record) override {
    const auto& request = record.request;
    auto& session = *co_await work_.session();
    const auto inserted = co_await session.run(
        queries::insert_request, request.id, request.passenger_id, request.vehicle_type,
        request.pickup.latitude, request.pickup.longitude, record.pickup_label,
        request.destination.latitude, request.destination.longitude, record.destination_label,
        zone_cell(request.pickup), request.state, request.created_at, request.searching_since,
        request.expires_at, request.version);
    co_return inserted.affected() == 1;
  }

  awaitable<void> save(const MatchRequest& request) override {
    auto& session = *co_await work_.session();
    const auto saved = co_await session.run(
        queries::save_request, request.id, request.state, request.driver_id,
        request.searching_since, request.expires_at, request.version, work_.now(), request.reason);
    if (saved.affected() != 1) throw Contended{"the request has moved on"};
  }

  awaitable<std::vector<RequestId>> waiting_requests_of(domain::PassengerId passenger) override {
    auto& session = *co_await work_.session();
    co_return column<RequestId>(co_await session.run(queries::waiting_requests_of, passenger),
                                "request_id");
  }

  // Proposals.

  awaitable<std::optional<ProposalRecord>> find(MatchId id) override {
    auto& session = *co_await work_.session();
    const auto rows = co_await session.run(queries::read_proposal, id);
    if (rows.empty()) co_return std::nullopt;
    co_return proposal_of(rows.front());
  }

  awaitable<std::vector<ProposalRecord>> open_proposals(RequestId id) override {
    auto& session = *co_await work_.session();
    std::vector<ProposalRecord> records;
    const auto rows = co_await session.run(queries::open_proposals, id);
    for (const auto row : rows) records.push_back(proposal_of(row));
    co_return records;
  }

  awaitable<void> insert(const std::vector<ProposalRecord>& records) override {
    using Record = ProposalRecord;
    auto& session = *co_await work_.session();
    co_await session.run(queries::insert_proposals,
                         each(records, [](const Record& r) { return r.proposal.id; }),
                         each(records, [](const Record& r) { return r.proposal.request_id; }),
                         each(records, [](const Record& r) { return r.proposal.driver_id; }),
                         each(records, [](const Record& r) { return r.distance.value; }),
                         each(records, [](const Record& r) { return r.proposal.proposed_at; }),
                         each(records, [](const Record& r) { return r.proposal.expires_at; }));
  }

  awaitable<void> save(const std::vector<Proposal>& proposals) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::save_proposals,
                         each(proposals, [](const Proposal& p) { return p.id; }),
                         each(proposals, [](const Proposal& p) { return p.state; }),
                         each(proposals, [](const Proposal& p) { return p.answered_at.value(); }));
  }

  awaitable<void> undo_acceptance(RequestId id, base::Instant now) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::undo_acceptance, id, now);
  }

  // Drivers.

  awaitable<std::optional<DriverRecord>> lock_slot(DriverId id) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::lock_slot, id);
    co_return first(co_await read_drivers(session, {id}));
  }

  awaitable<std::optional<DriverRecord>> lock_slot_and_holder(DriverId id) override {
    auto& session = *co_await work_.session();
    const auto rows = co_await session.run(queries::lock_holder, id);
    const auto holder = first(column<RequestId>(rows, "request_id"));
    auto driver = co_await lock_slot(id);
    const bool as_before = !driver || driver->slot.held_by == holder;
    if (!as_before) throw Contended{"the driver's slot changed hands"};
    co_return driver;
  }

  awaitable<void> save(const contracts::DriverCard& card, domain::identity::DriverStatus status,
                       base::Instant now) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::save_driver, card.driver_id, status, card.vehicle_type, card.name,
                         card.vehicle, card.plate, now);
  }

  awaitable<void> set_beacon(DriverId id, bool on, base::Instant now) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::set_beacon, id, on, now);
  }

  awaitable<void> hold(const std::vector<DriverSlot>& slots, HeldAs as,
                       base::Instant now) override {
    auto& session = *co_await work_.session();
    co_await session.run(
        queries::hold_slots, each(slots, [](const DriverSlot& slot) { return slot.driver_id; }),
        each(slots, [](const DriverSlot& slot) { return slot.held_by.value(); }), as, now);
  }

  awaitable<void> release(RequestId id, const std::vector<DriverId>& drivers,
                          base::Instant now) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::release_slots, id, drivers, now);
  }

  awaitable<void> release_all(RequestId id, base::Instant now) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::release_all_slots, id, now);
  }

  awaitable<void> add_stars(DriverId id, int stars) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::add_stars, id, stars);
  }

  // Giving a ride to another driver.

  awaitable<std::optional<MatchId>> accepted_match(RequestId id) override {
    auto& session = *co_await work_.session();
    co_return first(column<MatchId>(co_await session.run(queries::accepted_match, id), "match_id"));
  }

  awaitable<void> insert(const ReassignmentRecord& record, base::Instant now) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::insert_reassignment, record.id, record.request_id,
                         record.driver_id, now, record.by, record.reason);
  }

  awaitable<std::optional<ReassignmentRecord>> open_reassignment(RequestId id) override {
    auto& session = *co_await work_.session();
    const auto rows = co_await session.run(queries::open_reassignment, id);
    if (rows.empty()) co_return std::nullopt;
    co_return ReassignmentRecord{.id = rows.front().get<MatchId>("match_id"),
                                 .request_id = id,
                                 .driver_id = rows.front().get<DriverId>("driver_id")};
  }

  awaitable<void> settle(const ReassignmentRecord& record, bool took_place,
                         base::Instant now) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::settle_reassignment, record.id, now, took_place);
    if (took_place) co_await session.run(queries::insert_handed_over, record.id, now);
  }

  // Operators.

  awaitable<void> add_action(RequestId id, std::string what, std::string by, std::string reason,
                             base::Instant now) override {
    auto& session = *co_await work_.session();
    co_await session.run(queries::add_action, id, what, by, reason, now);
  }

 private:
  binding::Work& work_;
};

}  // namespace

std::unique_ptr<MatchStore> make_pg_match_store(binding::Work& work) {
  return std::make_unique<PgMatchStore>(work);
}

}  // namespace services::match
