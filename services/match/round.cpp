#include "services/match/round.hpp"

#include <map>
#include <unordered_map>
#include <unordered_set>

namespace services::match {
namespace {

using domain::match::Candidate;
using domain::match::Pair;

base::Duration travel_time(base::Metres distance, double kmh) {
  const std::chrono::duration<double> seconds{distance.value / (kmh * 1000 / 3600)};
  return std::chrono::duration_cast<base::Duration>(seconds);
}

}  // namespace

std::vector<contracts::FindDrivers> questions(const std::vector<Waiting>& waiting,
                                              const MatchConfig& config, base::Instant now) {
  std::vector<contracts::FindDrivers> questions;
  for (const auto& [request, search] : waiting) {
    questions.push_back({.latitude = request.pickup.latitude,
                         .longitude = request.pickup.longitude,
                         .radius_m = search_radius(request, config.rules(), now).value,
                         .vehicle_type = request.vehicle_type,
                         .limit = static_cast<int>(config.candidates_max)});
  }
  return questions;
}

std::vector<domain::DriverId> everybody(const std::vector<contracts::FoundDrivers>& found) {
  std::unordered_set<domain::DriverId> ids;
  for (const auto& around : found) {
    for (const auto& driver : around.drivers) ids.insert(driver.driver_id);
  }
  return {ids.begin(), ids.end()};
}

std::vector<Candidate> candidates(const std::vector<Waiting>& waiting,
                                  const std::vector<contracts::FoundDrivers>& found,
                                  const std::vector<DriverRecord>& free, double approach_kmh) {
  std::unordered_map<domain::DriverId, const DriverRecord*> free_by_id;
  for (const auto& driver : free) free_by_id.emplace(driver.slot.driver_id, &driver);
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    for (const auto& driver : found[i].drivers) {
      const auto record = free_by_id.find(driver.driver_id);
      const bool fits =
          record != free_by_id.end() && hold(record->second->slot, waiting[i].request).has_value();
      if (!fits) continue;
      const base::Metres distance{driver.metres};
      candidates.push_back({.request_id = waiting[i].request.id,
                            .driver_id = driver.driver_id,
                            .distance = distance,
                            .eta = travel_time(distance, approach_kmh),
                            .idle_since = record->second->idle_since});
    }
  }
  return candidates;
}

std::vector<Choice> choices(const std::vector<Pair>& pairs, const std::vector<Waiting>& waiting,
                            const std::vector<Candidate>& candidates) {
  std::unordered_map<domain::RequestId, std::int64_t> versions;
  for (const auto& each : waiting) versions.emplace(each.request.id, each.request.version);
  std::map<Pair, base::Metres> distances;
  for (const auto& candidate : candidates) {
    distances.emplace(Pair{candidate.request_id, candidate.driver_id}, candidate.distance);
  }
  std::vector<Choice> choices;
  for (const auto& pair : pairs) {
    choices.push_back({.request_id = pair.request_id,
                       .version = versions.at(pair.request_id),
                       .driver_id = pair.driver_id,
                       .distance = distances.at(pair)});
  }
  return choices;
}

}  // namespace services::match
