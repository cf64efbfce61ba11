#pragma once

/// What an operator can set about requests and their dispatch. The members' values are the
/// defaults.

#include <chrono>
#include <cstddef>

#include "domain/match/policy.hpp"
#include "domain/match/request.hpp"
#include "platform/config/document.hpp"
#include "platform/config/keys.hpp"

namespace services::match {

struct MatchConfig {
  std::chrono::milliseconds patience_ms{120'000};
  std::chrono::milliseconds proposal_lifetime_ms{15'000};
  double radius_first_m = 1'000;
  double radius_step_m = 1'000;
  double radius_max_m = 5'000;
  std::chrono::milliseconds radius_grows_every_ms{10'000};
  double trip_min_m = 50;
  double trip_max_m = 100'000;

  domain::match::PolicyName policy = domain::match::PolicyName::nearest;
  std::size_t broadcast_to = 5;
  double approach_kmh = 20;  ///< Straight-line speed by which arrival times are guessed.

  platform::config::Lists zones;
  std::chrono::milliseconds dispatch_window_ms{1'000};
  std::chrono::milliseconds dispatch_lease_ms{5'000};
  std::size_t round_requests_max = 64;  ///< Requests weighed against each other at once.
  std::size_t candidates_max = 100;     ///< Drivers that the live map is asked for at once.
  std::chrono::milliseconds location_timeout_ms{500};
  std::chrono::milliseconds rides_timeout_ms{300};

  double nearby_radius_m = 2'000;
  std::chrono::milliseconds mirror_interval_ms{1'000};

  domain::match::MatchRules rules() const;
  domain::match::PolicyRules policy_rules() const;
};

void declare(platform::config::Section match, MatchConfig& config);

/// What no single key can get wrong: one sentence for each contradiction.
platform::config::Problems validate(const MatchConfig& config);

}  // namespace services::match
