#pragma once

/// Metrics in the Prometheus text format. A family is declared where it is used, as a constant:
///
///   inline constexpr CounterFamily http_requests{
///       "nebengjek_http_requests_total", "Requests answered", {"method", "route", "status"}};
///
///   http_requests.with("GET", "/v1/rides", "200").add();
///
/// `with` finds the series in the registry, which takes about a microsecond; the handle that it
/// returns costs a pointer, may be kept for ever, and counts in nanoseconds from any thread. Label
/// values come from sets that we know (routes, codes), never from what clients send.

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace platform::telemetry {

/// Only grows.
class Counter {
 public:
  explicit Counter(prometheus::Counter& series) : series_(&series) {}
  void add(double amount = 1) const;

 private:
  prometheus::Counter* series_;
};

class Gauge {
 public:
  explicit Gauge(prometheus::Gauge& series) : series_(&series) {}
  void set(double value) const;
  void add(double amount) const;

 private:
  prometheus::Gauge* series_;
};

class Histogram {
 public:
  explicit Histogram(prometheus::Histogram& series) : series_(&series) {}
  void observe(double value) const;

 private:
  prometheus::Histogram* series_;
};

/// Upper bounds, in seconds, around the deadlines that calls here have.
inline constexpr std::array latency_buckets_s{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                              0.25,  0.5,    1.0,   2.0,  5.0,   10.0};

/// What the families below share: a name with its unit last, a sentence for people, and the names
/// of the labels by which the series of the family differ.
template <std::size_t LabelCount>
struct FamilyNames {
  constexpr FamilyNames(std::string_view its_name, std::string_view its_help)
      : name(its_name), help(its_help) {}

  template <std::size_t Count>
  constexpr FamilyNames(std::string_view its_name, std::string_view its_help,
                        const std::string_view (&its_labels)[Count])
      : name(its_name), help(its_help), labels(std::to_array(its_labels)) {}

  std::string_view name;
  std::string_view help;
  std::array<std::string_view, LabelCount> labels{};
};

namespace detail {

using Texts = std::span<const std::string_view>;

Counter counter(std::string_view name, std::string_view help, Texts labels, Texts values);
Gauge gauge(std::string_view name, std::string_view help, Texts labels, Texts values);
Histogram histogram(std::string_view name, std::string_view help, Texts labels, Texts values,
                    std::span<const double> bounds);

}  // namespace detail

template <class... Values>
concept LabelValues = (std::convertible_to<Values, std::string_view> && ...);

template <std::size_t LabelCount>
struct CounterFamily : FamilyNames<LabelCount> {
  using FamilyNames<LabelCount>::FamilyNames;

  template <class... Values>
    requires(LabelValues<Values...> && sizeof...(Values) == LabelCount)
  Counter with(const Values&... values) const {
    const std::array<std::string_view, LabelCount> texts{values...};
    return detail::counter(this->name, this->help, this->labels, texts);
  }
};

template <std::size_t LabelCount>
struct GaugeFamily : FamilyNames<LabelCount> {
  using FamilyNames<LabelCount>::FamilyNames;

  template <class... Values>
    requires(LabelValues<Values...> && sizeof...(Values) == LabelCount)
  Gauge with(const Values&... values) const {
    const std::array<std::string_view, LabelCount> texts{values...};
    return detail::gauge(this->name, this->help, this->labels, texts);
  }
};

/// Observes seconds unless other bounds are given.
template <std::size_t LabelCount>
struct HistogramFamily : FamilyNames<LabelCount> {
  using FamilyNames<LabelCount>::FamilyNames;

  template <std::size_t Count>
  constexpr HistogramFamily(std::string_view its_name, std::string_view its_help,
                            const std::string_view (&its_labels)[Count],
                            std::span<const double> its_bounds)
      : FamilyNames<LabelCount>(its_name, its_help, its_labels), bounds(its_bounds) {}

  template <class... Values>
    requires(LabelValues<Values...> && sizeof...(Values) == LabelCount)
  Histogram with(const Values&... values) const {
    const std::array<std::string_view, LabelCount> texts{values...};
    return detail::histogram(this->name, this->help, this->labels, texts, bounds);
  }

  std::span<const double> bounds{latency_buckets_s};
};

CounterFamily(std::string_view, std::string_view) -> CounterFamily<0>;
template <std::size_t Count>
CounterFamily(std::string_view, std::string_view, const std::string_view (&)[Count])
    -> CounterFamily<Count>;

GaugeFamily(std::string_view, std::string_view) -> GaugeFamily<0>;
template <std::size_t Count>
GaugeFamily(std::string_view, std::string_view, const std::string_view (&)[Count])
    -> GaugeFamily<Count>;

HistogramFamily(std::string_view, std::string_view) -> HistogramFamily<0>;
template <std::size_t Count>
HistogramFamily(std::string_view, std::string_view, const std::string_view (&)[Count])
    -> HistogramFamily<Count>;
template <std::size_t Count>
HistogramFamily(std::string_view, std::string_view, const std::string_view (&)[Count],
                std::span<const double>) -> HistogramFamily<Count>;

/// Everything counted so far by this process, for GET /metrics.
std::string metrics_text();

}  // namespace platform::telemetry
