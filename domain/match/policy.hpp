#pragma once

/// Who is asked for whom. A policy sees one dispatch round, all requests that wait in a zone and
/// all free drivers near them, and answers with the proposals to make. It may look at one request
/// at a time or weigh all against all; the promises below hold for each.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <boost/describe/enum.hpp>

#include "base/instant.hpp"
#include "base/metres.hpp"
#include "domain/ids.hpp"

namespace domain::match {

struct WaitingRequest {
  RequestId id;
  base::Instant searching_since;
  /// Drivers this search has asked, whatever they answered, and who gave the ride back: nobody is
  /// asked twice.
  std::vector<DriverId> asked = {};
  /// How many of them have not answered yet.
  std::size_t open_proposals = 0;
};

/// A free driver whom the request could be proposed to: one edge of the graph. The same driver
/// appears once for every request in reach.
struct Candidate {
  RequestId request_id;
  DriverId driver_id;
  base::Metres distance;     ///< To the pickup.
  base::Duration eta{};      ///< To the pickup.
  base::Instant idle_since;  ///< When the driver became free.
};

struct Pair {
  RequestId request_id;
  DriverId driver_id;

  friend constexpr auto operator<=>(const Pair&, const Pair&) = default;
};

class DispatchPolicy {
 public:
  virtual ~DispatchPolicy() = default;

  /// The proposals to make now. Whatever the policy: only candidates are chosen, a driver at most
  /// once, and never one whom the request has asked before. Candidates of requests that are not
  /// among `requests` are left out. Equal arguments give equal answers, in any order of arguments.
  std::vector<Pair> propose(std::span<const WaitingRequest> requests,
                            std::span<const Candidate> candidates, base::Instant now) const;

 protected:
  /// One request and the drivers it may be proposed to: soonest there first, then longest idle.
  struct Search {
    const WaitingRequest* request;
    std::span<const Candidate> candidates;
  };

 private:
  /// Sees the searches oldest first, without anybody who must not be asked; may answer with any of
  /// their candidates, each driver once.
  virtual std::vector<Pair> choose(std::span<const Search> searches, base::Instant now) const = 0;
};

enum class PolicyName : std::uint8_t { nearest, broadcast };
BOOST_DESCRIBE_ENUM(PolicyName, nearest, broadcast)

struct PolicyRules {
  PolicyName name = PolicyName::nearest;
  std::size_t broadcast_to = 5;  ///< Open proposals a request may have at once.
};

std::unique_ptr<DispatchPolicy> make_policy(const PolicyRules& rules);

/// One driver at a time, the one soonest there; the oldest request chooses first.
std::unique_ptr<DispatchPolicy> make_nearest();

/// Up to `at_once` drivers together (at least 1); the first to accept wins. Drivers are dealt out
/// one per request and turn, oldest request first, so that scarce drivers are shared.
std::unique_ptr<DispatchPolicy> make_broadcast(std::size_t at_once);

}  // namespace domain::match
