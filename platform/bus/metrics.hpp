#pragma once

/// What is counted here. Look at `lag` and `delay` first: they say whether events arrive.

#include <string>

#include "platform/telemetry/metrics.hpp"

namespace platform::bus::metrics {

inline constexpr telemetry::CounterFamily published{
    "nebengjek_bus_events_published_total", "Events that the stream has taken", {"service"}};
inline constexpr telemetry::GaugeFamily unpublished{
    "nebengjek_bus_outbox_unpublished_events",
    "Events that have a position and are not known to be in the stream",
    {"service"}};

inline constexpr telemetry::CounterFamily applied{
    "nebengjek_bus_events_applied_total", "Events applied", {"consumer", "producer"}};
inline constexpr telemetry::CounterFamily parked{
    "nebengjek_bus_events_parked_total", "Events that failed at first", {"consumer", "producer"}};
inline constexpr telemetry::CounterFamily dead{
    "nebengjek_bus_dead_letters_total", "Events given up", {"consumer", "producer"}};
inline constexpr telemetry::CounterFamily asked_for{
    "nebengjek_bus_events_asked_for_total",
    "Events that came from the producer because the stream did not bring them",
    {"consumer", "producer"}};
inline constexpr telemetry::GaugeFamily lag{
    "nebengjek_bus_lag_events",
    "Events that the producer has announced and that are not applied yet",
    {"consumer", "producer"}};
inline constexpr telemetry::HistogramFamily delay{
    "nebengjek_bus_event_delay_seconds", "From the event to its effect", {"consumer", "producer"}};

/// Those of one consumer of one producer.
struct ConsumerMeters {
  ConsumerMeters(const std::string& consumer, const std::string& producer)
      : applied(metrics::applied.with(consumer, producer)),
        parked(metrics::parked.with(consumer, producer)),
        dead(metrics::dead.with(consumer, producer)),
        asked_for(metrics::asked_for.with(consumer, producer)),
        lag(metrics::lag.with(consumer, producer)),
        delay(metrics::delay.with(consumer, producer)) {}

  telemetry::Counter applied;
  telemetry::Counter parked;
  telemetry::Counter dead;
  telemetry::Counter asked_for;
  telemetry::Gauge lag;
  telemetry::Histogram delay;
};

inline constexpr telemetry::CounterFamily messages_lost{
    "nebengjek_bus_messages_lost_total", "Messages dropped for subscribers who were too slow"};

}  // namespace platform::bus::metrics
