#include "sim/journal.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/json/enums.hpp"

namespace sim {
namespace {

using domain::ride::RideState;

template <class IdType>
std::optional<IdType> id_in(const boost::json::value& answer, std::string_view name) {
  const auto* object = answer.if_object();
  const auto* member = object ? object->if_contains(name) : nullptr;
  return member ? IdType::parse(member->as_string()) : std::nullopt;
}

}  // namespace

int rank_of(RideState state) {
  switch (state) {
    case RideState::matched: return 0;
    case RideState::arrived: return 1;
    case RideState::in_progress: return 2;
    case RideState::completed: return 3;
    case RideState::paid: return 4;
    case RideState::cancelled: return 4;
  }
  NEBENGJEK_UNREACHABLE("a state without a rank");
}

bool is_over(RideState state) { return rank_of(state) == rank_of(RideState::paid); }

void Journal::asked(const contracts::OperationRow& operation, domain::UserId by) {
  ++unanswered_[{operation.name, by}];
}

void Journal::answered(const contracts::OperationRow& operation, domain::UserId by) {
  --unanswered_[{operation.name, by}];
}

void Journal::acknowledged(const contracts::OperationRow& operation, domain::UserId by,
                           const std::string& key, const boost::json::value& answer) {
  auto ride = id_in<domain::RideId>(answer, "ride_id");
  if (!ride) ride = id_in<domain::RideId>(answer, "request_id");
  acknowledged_.push_back({.operation = operation.name,
                           .by = by,
                           .key = key,
                           .ride_id = ride,
                           .match_id = id_in<domain::MatchId>(answer, "match_id")});
}

void Journal::shown(domain::UserId to, const contracts::RideView& ride) {
  const Viewed view{.by = to,
                    .ride = ride.ride_id,
                    .driver = ride.driver.driver_id,
                    .matched_at = ride.matched_at};
  const auto [before, is_new] = seen_.try_emplace(view, ride.state);
  if (is_new || before->second == ride.state) return;
  const bool forward = rank_of(ride.state) > rank_of(before->second);
  const bool cancelled_late = ride.state == RideState::cancelled &&
                              rank_of(before->second) >= rank_of(RideState::in_progress);
  if (!forward || cancelled_late) {
    violated("ride " + ride.ride_id.text() + " went from " +
             std::string{base::json::name_of(before->second)} + " to " +
             std::string{base::json::name_of(ride.state)} + " on the phone of " + to.text());
  }
  before->second = ride.state;
}

void Journal::violated(std::string what) { violations_.insert(std::move(what)); }

std::int64_t Journal::count_acknowledged(std::string_view operation, domain::UserId by) const {
  return std::ranges::count_if(acknowledged_, [&](const Acknowledged& each) {
    return each.operation == operation && each.by == by;
  });
}

std::int64_t Journal::count_unanswered(std::string_view operation, domain::UserId by) const {
  const auto found = unanswered_.find({operation, by});
  return found == unanswered_.end() ? 0 : found->second;
}

}  // namespace sim
