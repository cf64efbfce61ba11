#include "sim/audit.hpp"

#include <algorithm>

#include "base/json/enums.hpp"

namespace sim {
namespace {

using contracts::RideView;
using domain::match::RequestState;
using domain::ride::CancelledBy;
using domain::ride::PaymentState;
using domain::ride::RideState;

template <class Map, class Key>
const typename Map::mapped_type* find(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

bool was_cancelled(const RideView& ride) { return ride.state == RideState::cancelled; }

/// What a ride must show for ever once a step of it was acknowledged to `by`. Before the start, a
/// ride may have gone to another driver since.
struct Trace {
  std::string_view operation;
  bool (*is_there)(const RideView&, domain::UserId by);
};

constexpr Trace traces[] = {
    {"accept_proposal", [](const RideView&, domain::UserId) { return true; }},
    {"arrive",
     [](const RideView& ride, domain::UserId by) {
       return ride.arrived_at || was_cancelled(ride) || ride.driver.driver_id != by;
     }},
    {"start_ride",
     [](const RideView& ride, domain::UserId) { return ride.started_at.has_value(); }},
    {"complete_ride",
     [](const RideView& ride, domain::UserId) { return ride.completed_at.has_value(); }},
    {"confirm_cash",
     [](const RideView& ride, domain::UserId) { return ride.state == RideState::paid; }},
    {"cancel_ride",
     [](const RideView& ride, domain::UserId by) {
       const bool by_driver = by != ride.passenger_id;
       return was_cancelled(ride) || (by_driver && ride.driver.driver_id != by);
     }},
};

class Audit {
 public:
  Audit(const Journal& journal, const Findings& findings)
      : journal_(journal), findings_(findings) {}

  std::vector<std::string> run() {
    for (const auto& each : journal_.all_acknowledged()) is_found(each);
    for (const auto& [id, request] : findings_.requests) has_ended(request);
    for (const auto& [id, ride] : findings_.rides) {
      has_ended(ride);
      is_charged_for(ride);
    }
    one_at_a_time("driver", [](const RideView& ride) { return ride.driver.driver_id; });
    one_at_a_time("passenger", [](const RideView& ride) { return ride.passenger_id; });
    return std::move(broken_);
  }

 private:
  void is_found(const Acknowledged& each) {
    if (!each.ride_id) return;
    const auto about = std::string{each.operation} + " of " + each.ride_id->text();
    if (each.operation == "create_request") {
      const bool told = findings_.told_by.contains(each.by);
      if (told && !find(findings_.requests, *each.ride_id)) {
        broken(about + " was acknowledged and is lost");
      }
      return;
    }
    const auto* trace = std::ranges::find(traces, each.operation, &Trace::operation);
    // Of passengers from elsewhere nobody asks at the end what has become of them.
    if (trace == std::end(traces) || !find(findings_.requests, *each.ride_id)) return;
    const auto* ride = find(findings_.rides, *each.ride_id);
    if (!ride || !trace->is_there(*ride, each.by)) {
      broken(about + " was acknowledged and is lost");
    }
  }

  void has_ended(const contracts::RequestView& request) {
    if (request.state == RequestState::waiting || request.state == RequestState::matched) {
      broken("request " + request.request_id.text() + " is still " +
             std::string{base::json::name_of(request.state)});
    }
  }

  void has_ended(const RideView& ride) {
    if (!is_over(ride.state)) {
      broken("ride " + ride.ride_id.text() + " is still " +
             std::string{base::json::name_of(ride.state)});
    }
  }

  void is_charged_for(const RideView& ride) {
    const auto* receipt = find(findings_.receipts, ride.ride_id);
    const auto name = "ride " + ride.ride_id.text();
    if (ride.state != RideState::paid) {
      if (ride.payment && ride.payment->state == PaymentState::settled) {
        broken(name + " was paid for and is not paid");
      }
      return;
    }
    if (!ride.fare || !receipt || receipt->total != *ride.fare) {
      broken(name + " and its receipt differ about the fare");
    }
    if (!ride.payment || ride.payment->state != PaymentState::settled ||
        ride.payment->amount != ride.fare) {
      broken(name + " is paid and its payment is not");
    }
  }

  template <class Who>
  void one_at_a_time(const std::string& role, Who who) {
    std::map<domain::UserId, std::vector<const RideView*>> rides_of;
    for (const auto& [id, ride] : findings_.rides) rides_of[who(ride)].push_back(&ride);
    for (auto& [user, rides] : rides_of) {
      std::ranges::sort(rides, {}, [](const RideView* ride) { return ride->matched_at; });
      for (std::size_t i = 1; i < rides.size(); ++i) {
        if (freed_at(*rides[i - 1]) <= rides[i]->matched_at) continue;
        broken(role + ' ' + user.text() + " was on " + rides[i - 1]->ride_id.text() + " and " +
               rides[i]->ride_id.text() + " at a time");
      }
    }
  }

  /// A ride keeps both sides until its trip has ended.
  static base::Instant freed_at(const RideView& ride) {
    return ride.completed_at.value_or(ride.ended_at.value_or(base::Instant::max()));
  }

  void broken(std::string sentence) { broken_.push_back(std::move(sentence)); }

  const Journal& journal_;
  const Findings& findings_;
  std::vector<std::string> broken_;
};

}  // namespace

std::vector<std::string> broken_promises(const Journal& journal, const Findings& findings) {
  return Audit{journal, findings}.run();
}

}  // namespace sim
