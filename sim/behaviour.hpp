#pragma once

/// How the people of the city are: what they do, with which probability, and how long they take.
/// The whole character of a run is on this page.

#include <chrono>

namespace sim {

struct Behaviour {
  // A driver who is asked. Who does neither lets the proposal expire.
  double accepts = 0.85;
  double declines = 0.10;

  // Each of these once a ride.
  double driver_cancels = 0.03;        ///< On the way to the pickup.
  double driver_mistypes_pin = 0.05;   ///< Once; the second try is right.
  double driver_lowers_fare = 0.20;    ///< To nine tenths.
  double passenger_cancels = 0.05;     ///< Before the start.
  double passenger_names_cash = 0.30;  ///< Chooses how to pay before the driver confirms.

  double passenger_stops_search = 0.05;
  double passenger_polls = 0.15;   ///< Instead of holding a socket, all along.
  double loses_connection = 0.10;  ///< Once a ride, and comes back.

  // What people take their time for.
  std::chrono::milliseconds thinking_min{500};
  std::chrono::milliseconds thinking_max{4'000};
  std::chrono::milliseconds answering_max{2'000};         ///< A driver who is asked.
  std::chrono::milliseconds waits_for_passenger{20'000};  ///< At the pickup; then cancels.
  std::chrono::milliseconds waits_for_driver{90'000};     ///< After the match; then cancels.
};

}  // namespace sim
