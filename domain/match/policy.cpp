#include "domain/match/policy.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "base/assert.hpp"

namespace domain::match {
namespace {

using Requests = std::vector<WaitingRequest>;
using Candidates = std::vector<Candidate>;

Requests by_age(std::span<const WaitingRequest> requests) {
  Requests sorted{requests.begin(), requests.end()};
  std::ranges::sort(sorted, {}, [](const WaitingRequest& request) {
    return std::tuple{request.searching_since, request.id};
  });
  return sorted;
}

auto soonest_first(const Candidate& candidate) {
  return std::tuple{candidate.eta, candidate.distance, candidate.idle_since, candidate.driver_id};
}

/// For each request, in their order, the candidates it may ask.
std::vector<Candidates> eligible(const Requests& requests, std::span<const Candidate> candidates) {
  std::unordered_map<RequestId, std::size_t> index_of;
  for (const auto& request : requests) index_of.emplace(request.id, index_of.size());
  std::vector<Candidates> eligible(requests.size());
  for (const auto& candidate : candidates) {
    const auto index = index_of.find(candidate.request_id);
    if (index == index_of.end()) continue;
    const auto& asked = requests[index->second].asked;
    if (std::ranges::find(asked, candidate.driver_id) != asked.end()) continue;
    eligible[index->second].push_back(candidate);
  }
  for (auto& list : eligible) std::ranges::sort(list, {}, soonest_first);
  return eligible;
}

/// Whether a policy kept the promises of DispatchPolicy.
bool is_allowed(std::span<const Pair> pairs, const std::vector<Candidates>& eligible) {
  std::set<Pair> edges;
  for (const auto& list : eligible) {
    for (const auto& candidate : list) edges.insert({candidate.request_id, candidate.driver_id});
  }
  std::unordered_set<DriverId> promised;
  return std::ranges::all_of(pairs, [&](const Pair& pair) {
    return edges.contains(pair) && promised.insert(pair.driver_id).second;
  });
}

/// Deals drivers out like cards: in each turn every request that may ask one more gets its soonest
/// driver who is still free.
class Broadcast final : public DispatchPolicy {
 public:
  explicit Broadcast(std::size_t at_once) : at_once_{at_once} { NEBENGJEK_ASSERT(at_once >= 1); }

 private:
  std::vector<Pair> choose(std::span<const Search> searches, base::Instant) const override {
    std::vector<Pair> pairs;
    std::unordered_set<DriverId> promised;
    for (std::size_t turn = 0; turn < at_once_; ++turn) {
      for (const auto& [request, candidates] : searches) {
        if (request->open_proposals + turn >= at_once_) continue;
        const auto free = std::ranges::find_if(candidates, [&](const Candidate& candidate) {
          return !promised.contains(candidate.driver_id);
        });
        if (free == candidates.end()) continue;
        promised.insert(free->driver_id);
        pairs.push_back({request->id, free->driver_id});
      }
    }
    return pairs;
  }

  std::size_t at_once_;
};

}  // namespace

std::vector<Pair> DispatchPolicy::propose(std::span<const WaitingRequest> requests,
                                          std::span<const Candidate> candidates,
                                          base::Instant now) const {
  const auto sorted = by_age(requests);
  const auto allowed = eligible(sorted, candidates);
  std::vector<Search> searches;
  for (std::size_t i = 0; i < sorted.size(); ++i) searches.push_back({&sorted[i], allowed[i]});
  auto pairs = choose(searches, now);
  NEBENGJEK_ASSERT(is_allowed(pairs, allowed));
  return pairs;
}

std::unique_ptr<DispatchPolicy> make_policy(const PolicyRules& rules) {
  switch (rules.name) {
    case PolicyName::nearest: return make_nearest();
    case PolicyName::broadcast: return make_broadcast(rules.broadcast_to);
  }
  NEBENGJEK_UNREACHABLE("a policy without a maker");
}

std::unique_ptr<DispatchPolicy> make_nearest() { return make_broadcast(1); }

std::unique_ptr<DispatchPolicy> make_broadcast(std::size_t at_once) {
  return std::make_unique<Broadcast>(at_once);
}

}  // namespace domain::match
