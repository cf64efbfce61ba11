#pragma once

/// The document that each user's screens follow, and how an event changes it. Pure: the edge folds
/// events into documents with it, a phone or the simulator may do the same.

#include <optional>
#include <string>
#include <vector>

#include "contracts/events.hpp"

namespace contracts {

/// A match of which no ride came.
struct RefusedMatch {
  domain::MatchId match_id;
  domain::RequestId request_id;
  domain::match::UnfulfilledReason reason = domain::match::UnfulfilledReason::vehicle_not_offered;
};
BOOST_DESCRIBE_STRUCT(RefusedMatch, (), (match_id, request_id, reason))

/// Everything about a user that is not momentary. Absent is what there is not at the moment.
struct Document {
  std::optional<DriverChanged> driver;   ///< The user as a driver.
  std::optional<bool> beacon;            ///< A driver's.
  std::optional<ProposalView> proposal;  ///< Awaiting this driver's answer.
  std::optional<RefusedMatch> refused;   ///< What this driver accepted last, in vain.
  std::optional<RequestView> request;    ///< The passenger's newest request.
  std::optional<RideView> ride;          ///< The newest ride, as passenger or driver.
  std::optional<base::Money> wallet;     ///< What it can pay with, once it was used.
};
BOOST_DESCRIBE_STRUCT(Document, (), (driver, beacon, proposal, refused, request, ride, wallet))

/// The types of all events that change a document.
std::vector<std::string> folded_types();

/// Whose documents an event of `type` with `payload` touches; none for types the document ignores.
/// Throws std::invalid_argument if the payload is not the type's.
std::vector<domain::UserId> audience(std::string_view type, const boost::json::value& payload);

/// The document of `user` after the event. A repeated event changes nothing more.
Document fold(Document document, domain::UserId user, std::string_view type,
              const boost::json::value& payload);

/// What `viewer` may see of a ride: the PIN is the passenger's.
RideView as_seen_by(domain::UserId viewer, RideView ride);

}  // namespace contracts
