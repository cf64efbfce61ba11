#pragma once

/// What the city's phones were told. Everything in it was said by the backend, so everything in it
/// must be true for ever; who checks the backend begins here.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "contracts/operation.hpp"
#include "contracts/snapshot.hpp"

namespace sim {

/// An effect that was acknowledged with 2xx.
struct Acknowledged {
  std::string_view operation;  ///< "accept_proposal"
  domain::UserId by;
  std::string key;                        ///< The Idempotency-Key it was asked under.
  std::optional<domain::RideId> ride_id;  ///< The request's or ride's, where the answer names one.
  std::optional<domain::MatchId> match_id;
};

class Journal {
 public:
  /// Something that changes the world is asked for, for the first time under this key.
  void asked(const contracts::OperationRow& operation, domain::UserId by);

  /// It was answered with 2xx. Ids are read from the answer.
  void acknowledged(const contracts::OperationRow& operation, domain::UserId by,
                    const std::string& key, const boost::json::value& answer);

  /// It was answered in the end, with 2xx or a refusal.
  void answered(const contracts::OperationRow& operation, domain::UserId by);

  /// A phone shows this ride. A ride that goes back in its life, with the same driver, is a
  /// violation.
  void shown(domain::UserId to, const contracts::RideView& ride);

  /// A promise was broken: a sentence for the report.
  void violated(std::string what);

  const std::vector<Acknowledged>& all_acknowledged() const { return acknowledged_; }
  std::int64_t count_acknowledged(std::string_view operation, domain::UserId by) const;
  /// Keys of which nobody knows what has become.
  std::int64_t count_unanswered(std::string_view operation, domain::UserId by) const;
  const std::set<std::string>& violations() const { return violations_; }

 private:
  struct Viewed {
    domain::UserId by;
    domain::RideId ride;
    domain::DriverId driver;
    base::Instant matched_at;  ///< A driver may get a ride back that another has given up.
    friend auto operator<=>(const Viewed&, const Viewed&) = default;
  };

  std::vector<Acknowledged> acknowledged_;
  std::map<std::pair<std::string_view, domain::UserId>, std::int64_t> unanswered_;
  std::map<Viewed, domain::ride::RideState> seen_;
  std::set<std::string> violations_;
};

/// How far a ride is in its life; both ends of it are equally far.
int rank_of(domain::ride::RideState state);
bool is_over(domain::ride::RideState state);

}  // namespace sim
