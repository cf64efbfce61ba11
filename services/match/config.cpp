#include "services/match/config.hpp"

#include <map>
#include <string>

#include "domain/geo/grid.hpp"
#include "services/match/zones.hpp"

namespace services::match {
namespace {

using platform::config::Problems;

void check_cell(const std::string& zone, const std::string& text,
                std::map<std::string, std::string>& zone_of_cell, Problems& problems) {
  const auto cell = domain::geo::Cell::parse(text);
  if (!cell || cell->precision != zone_cell_precision || cell->text() != text) {
    problems.push_back("match.zones." + zone + ": '" + text +
                       "' is not a geohash of five lower-case characters");
    return;
  }
  const auto [earlier, is_new] = zone_of_cell.emplace(text, zone);
  if (is_new) return;
  problems.push_back("match.zones." + zone + ": " + text + " is already in " + earlier->second);
}

void check_zones(const platform::config::Lists& zones, Problems& problems) {
  std::map<std::string, std::string> zone_of_cell;
  for (const auto& [zone, cells] : zones) {
    if (zone == city_zone) {
      problems.push_back("match.zones.city is the name of what is in no other zone");
    }
    for (const auto& cell : cells) check_cell(zone, cell, zone_of_cell, problems);
  }
}

}  // namespace

domain::match::MatchRules MatchConfig::rules() const {
  return {.patience = patience_ms,
          .proposal_lifetime = proposal_lifetime_ms,
          .radius_first = {radius_first_m},
          .radius_step = {radius_step_m},
          .radius_max = {radius_max_m},
          .radius_grows_every = radius_grows_every_ms,
          .trip_min = {trip_min_m},
          .trip_max = {trip_max_m}};
}

domain::match::PolicyRules MatchConfig::policy_rules() const {
  return {.name = policy, .broadcast_to = broadcast_to};
}

void declare(platform::config::Section match, MatchConfig& config) {
  using platform::config::at_least;
  using platform::config::between;
  match
      .key("patience_ms", config.patience_ms, "How long a request searches before it is given up",
           at_least(1'000))
      .key("proposal_lifetime_ms", config.proposal_lifetime_ms,
           "How long a driver may take to answer", at_least(1'000))
      .key("radius_first_m", config.radius_first_m, "Around the pickup, when a search begins",
           between(1, 100'000))
      .key("radius_step_m", config.radius_step_m, "By which the radius grows", between(0, 100'000))
      .key("radius_max_m", config.radius_max_m, "Where the radius stops growing",
           between(1, 100'000))
      .key("radius_grows_every_ms", config.radius_grows_every_ms, "Time between two such steps",
           at_least(100))
      .key("trip_min_m", config.trip_min_m, "Shortest straight line of a trip", at_least(0))
      .key("trip_max_m", config.trip_max_m, "Longest straight line of a trip", at_least(1))
      .key("policy", config.policy, "Who is asked: the nearest driver, or several at once")
      .key("broadcast_to", config.broadcast_to, "Drivers asked at once by the policy broadcast",
           between(1, 1'000))
      .key("approach_kmh", config.approach_kmh,
           "Straight-line speed by which drivers' arrival is guessed", between(1, 200))
      .key("zones", config.zones, "Geohash cells (five characters) of each dispatch zone by name")
      .key("dispatch_window_ms", config.dispatch_window_ms,
           "Time between two dispatch rounds when nothing happens", between(100, 60'000))
      .key("dispatch_lease_ms", config.dispatch_lease_ms,
           "After which another instance takes over a zone", between(300, 60'000))
      .key("round_requests_max", config.round_requests_max, "Requests weighed at once",
           between(1, 1'000))
      .key("candidates_max", config.candidates_max, "Drivers asked for around one pickup",
           between(1, 500))
      .key("location_timeout_ms", config.location_timeout_ms, "For an answer of the live map",
           between(10, 2'000))
      .key("rides_timeout_ms", config.rides_timeout_ms,
           "For an answer of rides: whether a vehicle type is offered, how a ride stands",
           between(10, 1'000))
      .key("nearby_radius_m", config.nearby_radius_m, "Of the map of free drivers",
           between(1, 100'000))
      .key("mirror_interval_ms", config.mirror_interval_ms,
           "How old the copies in Redis may become", between(100, 60'000));
}

Problems validate(const MatchConfig& config) {
  Problems problems;
  if (config.radius_first_m > config.radius_max_m) {
    problems.emplace_back("match.radius_first_m must not exceed match.radius_max_m");
  }
  if (config.trip_min_m > config.trip_max_m) {
    problems.emplace_back("match.trip_min_m must not exceed match.trip_max_m");
  }
  if (config.proposal_lifetime_ms > config.patience_ms) {
    problems.emplace_back("match.proposal_lifetime_ms must not exceed match.patience_ms");
  }
  check_zones(config.zones, problems);
  return problems;
}

}  // namespace services::match
