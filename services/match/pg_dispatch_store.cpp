#include <unordered_map>

#include "services/match/pg_store.hpp"
#include "services/match/queries.hpp"
#include "services/match/rows.hpp"

namespace services::match {
namespace {

using domain::DriverId;
using domain::RequestId;
using platform::postgres::Rows;
using platform::postgres::Session;

std::int64_t count(std::size_t number) { return static_cast<std::int64_t>(number); }

class PgDispatchStore final : public DispatchStore {
 public:
  explicit PgDispatchStore(binding::Work& work) : work_(work) {}

  awaitable<std::vector<Waiting>> waiting(const Zone& zone, QueuePlace after,
                                          std::size_t open_proposals_max, std::size_t limit,
                                          base::Instant now) override {
    auto& session = *co_await work_.session();
    const auto rows = co_await session.run(queries::waiting, zone.cells, zone.everything_else, now,
                                           after.searching_since, after.id,
                                           count(open_proposals_max), count(limit));
    auto waiting = with_open_proposals(
        co_await read_requests(session, column<RequestId>(rows, "request_id")), rows);
    co_await add_asked(session, waiting);
    co_return waiting;
  }

  awaitable<std::vector<DriverRecord>> free_among(const std::vector<DriverId>& drivers) override {
    return drivers_of(queries::free_among, drivers);
  }

  awaitable<std::vector<RequestRecord>> lock_waiting(
      const std::vector<RequestId>& requests) override {
    auto& session = *co_await work_.session();
    const auto rows = co_await session.run(queries::lock_waiting, requests);
    co_return co_await read_requests(session, column<RequestId>(rows, "request_id"));
  }

  awaitable<std::vector<DriverRecord>> lock_free(const std::vector<DriverId>& drivers) override {
    return drivers_of(queries::lock_free, drivers);
  }

  awaitable<std::vector<RequestRecord>> lock_unanswered(const Zone& zone, std::size_t limit,
                                                        base::Instant now) override {
    return due(queries::lock_unanswered, zone, limit, now);
  }

  awaitable<std::vector<RequestRecord>> lock_impatient(const Zone& zone, std::size_t limit,
                                                       base::Instant now) override {
    return due(queries::lock_impatient, zone, limit, now);
  }

 private:
  static std::vector<Waiting> with_open_proposals(const std::vector<RequestRecord>& records,
                                                  const Rows& counts) {
    std::unordered_map<RequestId, std::int64_t> open;
    for (const auto row : counts) {
      open[row.get<RequestId>("request_id")] = row.get<std::int64_t>("open_proposals");
    }
    std::vector<Waiting> waiting;
    for (const auto& [request, pickup_label, destination_label, driver] : records) {
      waiting.push_back({.request = request,
                         .search = {.id = request.id,
                                    .searching_since = request.searching_since,
                                    .open_proposals = static_cast<std::size_t>(open[request.id])}});
    }
    return waiting;
  }

  static awaitable<void> add_asked(Session& session, std::vector<Waiting>& waiting) {
    if (waiting.empty()) co_return;
    std::unordered_map<RequestId, Waiting*> by_id;
    std::vector<RequestId> ids;
    for (auto& each : waiting) {
      ids.push_back(each.request.id);
      by_id[each.request.id] = &each;
    }
    const auto rows = co_await session.run(queries::asked, ids);
    for (const auto row : rows) {
      by_id.at(row.get<RequestId>("request_id"))
          ->search.asked.push_back(row.get<DriverId>("driver_id"));
    }
  }

  awaitable<std::vector<DriverRecord>> drivers_of(platform::postgres::Query query,
                                                  std::vector<DriverId> drivers) {
    auto& session = *co_await work_.session();
    const auto rows = co_await session.run(query, drivers);
    co_return co_await read_drivers(session, column<DriverId>(rows, "driver_id"));
  }

  awaitable<std::vector<RequestRecord>> due(platform::postgres::Query query, Zone zone,
                                            std::size_t limit, base::Instant now) {
    auto& session = *co_await work_.session();
    const auto rows =
        co_await session.run(query, zone.cells, zone.everything_else, now, count(limit));
    co_return co_await read_requests(session, column<RequestId>(rows, "request_id"));
  }

  binding::Work& work_;
};

}  // namespace

std::unique_ptr<DispatchStore> make_pg_dispatch_store(binding::Work& work) {
  return std::make_unique<PgDispatchStore>(work);
}

}  // namespace services::match
