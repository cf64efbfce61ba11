#include "sim/chaos/tables.hpp"

#include <algorithm>
#include <iterator>

#include "sim/chaos/queries.hpp"

namespace sim::chaos {
namespace {

namespace postgres = platform::postgres;
using platform::awaitable;

struct Ride {
  domain::PassengerId passenger;
  domain::DriverId driver;
  std::string state;
  bool arrived = false;
  bool started = false;
  bool completed = false;
};

struct Tables {
  std::map<domain::RequestId, std::string> requests;  ///< Their states.
  std::map<domain::PassengerId, std::int64_t> requests_of;
  std::map<domain::MatchId, std::string> proposals;
  std::map<domain::RideId, Ride> rides;
  std::set<domain::RideId> rides_to_come;  ///< The event that makes them is on its way.
  std::set<domain::DriverId> drivers;
};

awaitable<Tables> read(postgres::Pool& pool) {
  Tables tables;
  for (const auto row : co_await pool.run(queries::requests)) {
    const domain::RequestId id{row.get<base::Uuid>("request_id")};
    tables.requests[id] = row.get<std::string>("state");
    ++tables.requests_of[{row.get<base::Uuid>("passenger_id")}];
  }
  for (const auto row : co_await pool.run(queries::proposals)) {
    tables.proposals[{row.get<base::Uuid>("match_id")}] = row.get<std::string>("state");
  }
  for (const auto row : co_await pool.run(queries::rides)) {
    tables.rides[{row.get<base::Uuid>("ride_id")}] = {
        .passenger = {row.get<base::Uuid>("passenger_id")},
        .driver = {row.get<base::Uuid>("driver_id")},
        .state = row.get<std::string>("state"),
        .arrived = row.get<bool>("arrived"),
        .started = row.get<bool>("started"),
        .completed = row.get<bool>("completed")};
  }
  for (const auto row : co_await pool.run(queries::acceptances_on_their_way)) {
    tables.rides_to_come.insert({row.get<base::Uuid>("request_id")});
  }
  for (const auto row : co_await pool.run(queries::drivers)) {
    tables.drivers.insert({row.get<base::Uuid>("driver_id")});
  }
  co_return tables;
}

bool request_is(const Tables& tables, const Acknowledged& each, std::string_view state) {
  const auto found = tables.requests.find(each.ride_id.value());
  return found != tables.requests.end() && (state.empty() || found->second == state);
}

bool proposal_is(const Tables& tables, const Acknowledged& each, std::string_view state) {
  const auto found = tables.proposals.find(each.match_id.value());
  return found != tables.proposals.end() && found->second == state;
}

/// Before the start a ride may have been given up, and have gone to another driver.
bool ride_shows(const Tables& tables, const Acknowledged& each, bool (*shows)(const Ride&)) {
  const auto found = tables.rides.find(each.ride_id.value());
  return found != tables.rides.end() && shows(found->second);
}

bool arrival_is_there(const Tables& tables, const Acknowledged& each) {
  const auto found = tables.rides.find(each.ride_id.value());
  if (found == tables.rides.end()) return false;
  const auto& ride = found->second;
  return ride.arrived || ride.state == "cancelled" || ride.driver != each.by;
}

bool cancellation_is_there(const Tables& tables, const Acknowledged& each) {
  const auto found = tables.rides.find(each.ride_id.value());
  if (found == tables.rides.end()) return false;
  const auto& ride = found->second;
  const bool another_drives = ride.passenger != each.by && ride.driver != each.by;
  return ride.state == "cancelled" || another_drives;
}

/// The trace that an acknowledged operation must have left.
struct Trace {
  std::string_view operation;
  bool (*is_there)(const Tables&, const Acknowledged&);
};

constexpr Trace traces[] = {
    {"register_driver",
     [](const Tables& t, const Acknowledged& a) { return t.drivers.contains(a.by); }},
    {"create_request", [](const Tables& t, const Acknowledged& a) { return request_is(t, a, ""); }},
    {"cancel_request",
     [](const Tables& t, const Acknowledged& a) { return request_is(t, a, "cancelled"); }},
    {"accept_proposal",
     [](const Tables& t, const Acknowledged& a) {
       const auto ride = a.ride_id.value();
       const bool is_there = t.rides.contains(ride) || t.rides_to_come.contains(ride);
       return proposal_is(t, a, "accepted") && is_there;
     }},
    {"decline_proposal",
     [](const Tables& t, const Acknowledged& a) { return proposal_is(t, a, "declined"); }},
    {"arrive", &arrival_is_there},
    {"start_ride",
     [](const Tables& t, const Acknowledged& a) {
       return ride_shows(t, a, [](const Ride& ride) { return ride.started; });
     }},
    {"complete_ride",
     [](const Tables& t, const Acknowledged& a) {
       return ride_shows(t, a, [](const Ride& ride) { return ride.completed; });
     }},
    {"confirm_cash",
     [](const Tables& t, const Acknowledged& a) {
       return ride_shows(t, a, [](const Ride& ride) { return ride.state == "paid"; });
     }},
    {"cancel_ride", &cancellation_is_there},
};

std::vector<std::string> doubled_requests(const Tables& tables, const Journal& journal) {
  std::vector<std::string> doubled;
  for (const auto& [passenger, made] : tables.requests_of) {
    const auto due = journal.count_acknowledged("create_request", passenger) +
                     journal.count_unanswered("create_request", passenger);
    const bool is_a_stranger = due == 0;
    if (is_a_stranger || made <= due) continue;
    doubled.push_back("passenger " + passenger.text() + " has " + std::to_string(made) +
                      " requests and asked for " + std::to_string(due));
  }
  return doubled;
}

awaitable<std::vector<std::string>> sentences(postgres::Pool& pool, const postgres::Query& query) {
  std::vector<std::string> found;
  for (const auto row : co_await pool.run(query)) {
    found.push_back(row.get<std::string>("sentence"));
  }
  co_return found;
}

}  // namespace

awaitable<Found> look_for(postgres::Pool& pool, const Journal& journal) {
  const auto tables = co_await read(pool);
  Found result;
  for (const auto& each : journal.all_acknowledged()) {
    const auto* trace = std::ranges::find(traces, each.operation, &Trace::operation);
    if (trace == std::end(traces)) continue;
    ++result.acknowledged;
    if (trace->is_there(tables, each)) {
      ++result.found;
    } else {
      result.lost.push_back(std::string{each.operation} + " by " + each.by.text() + " under key " +
                            each.key + (each.ride_id ? " of " + each.ride_id->text() : ""));
    }
  }
  result.doubled = doubled_requests(tables, journal);
  co_return result;
}

awaitable<std::vector<std::string>> illegal_states(postgres::Pool& pool) {
  return sentences(pool, queries::illegal_states);
}

awaitable<std::vector<std::string>> unfinished_business(postgres::Pool& pool) {
  return sentences(pool, queries::unfinished_business);
}

}  // namespace sim::chaos
