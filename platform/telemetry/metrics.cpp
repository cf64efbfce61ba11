#include "platform/telemetry/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "platform/telemetry/log.hpp"

namespace platform::telemetry {
namespace {

constexpr GaugeFamily dropped_lines{"nebengjek_log_lines_dropped",
                                    "Log lines lost because stderr was too slow"};

prometheus::Registry& registry() {
  static prometheus::Registry registry;
  return registry;
}

prometheus::Labels paired(detail::Texts labels, detail::Texts values) {
  prometheus::Labels pairs;
  for (std::size_t i = 0; i < labels.size(); ++i) pairs.emplace(labels[i], values[i]);
  return pairs;
}

/// The registry answers with the family of that name when there is one already.
template <class Builder>
auto& family(Builder builder, std::string_view name, std::string_view help) {
  return builder.Name(std::string{name}).Help(std::string{help}).Register(registry());
}

}  // namespace

namespace detail {

Counter counter(std::string_view name, std::string_view help, Texts labels, Texts values) {
  return Counter{family(prometheus::BuildCounter(), name, help).Add(paired(labels, values))};
}

Gauge gauge(std::string_view name, std::string_view help, Texts labels, Texts values) {
  return Gauge{family(prometheus::BuildGauge(), name, help).Add(paired(labels, values))};
}

Histogram histogram(std::string_view name, std::string_view help, Texts labels, Texts values,
                    std::span<const double> bounds) {
  const prometheus::Histogram::BucketBoundaries buckets(bounds.begin(), bounds.end());
  auto& series = family(prometheus::BuildHistogram(), name, help);
  return Histogram{series.Add(paired(labels, values), buckets)};
}

}  // namespace detail

void Counter::add(double amount) const { series_->Increment(amount); }

void Gauge::set(double value) const { series_->Set(value); }
void Gauge::add(double amount) const { series_->Increment(amount); }

void Histogram::observe(double value) const { series_->Observe(value); }

std::string metrics_text() {
  dropped_lines.with().set(static_cast<double>(log_lines_dropped()));
  return prometheus::TextSerializer{}.Serialize(registry().Collect());
}

}  // namespace platform::telemetry
