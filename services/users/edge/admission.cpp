#include "services/users/edge/admission.hpp"

#include <utility>

#include "contracts/operations.hpp"

namespace services::users::edge {
namespace {

namespace operations = contracts::operations;
namespace telemetry = platform::telemetry;
using contracts::OperationRow;
using platform::resilience::Importance;

constexpr telemetry::GaugeFamily in_flight_limit{
    "nebengjek_in_flight_limit",
    "Calls that a thread of the edge has under way at most",
    {"instance"}};
constexpr telemetry::CounterFamily calls_shed{
    "nebengjek_calls_shed_total", "Calls that found no room", {"importance"}};

constexpr std::string_view of_a_ride = "/v1/rides/{";
constexpr std::string_view of_a_proposal = "/v1/proposals/{";

bool keeps_something_going(const OperationRow& row) {
  return row.subject == operations::refresh_tokens.subject ||
         row.subject == operations::receive_payment_webhook.subject;
}

}  // namespace

Importance importance_of(const OperationRow& row) {
  if (row.path.starts_with(of_a_ride) || row.path.starts_with(of_a_proposal)) {
    return Importance::high;
  }
  const bool is_strange = row.role == contracts::Role::anyone && !keeps_something_going(row);
  return is_strange ? Importance::low : Importance::normal;
}

Admission::Admission(platform::runtime::Runtime& runtime,
                     platform::resilience::InFlightConfig config)
    : clock_(runtime.clock()),
      limit_(config),
      limit_gauge_(in_flight_limit.with(runtime.instance())),
      shed_{calls_shed.with("low"), calls_shed.with("normal"), calls_shed.with("high")} {
  limit_gauge_.set(static_cast<double>(limit_.limit()));
}

std::optional<Admission::Permit> Admission::admit(const OperationRow& row) {
  const auto importance = importance_of(row);
  if (limit_.admits(importance)) return Permit{*this};
  shed_.at(static_cast<std::size_t>(importance)).add();
  return {};
}

Admission::Permit::Permit(Admission& admission)
    : admission_(&admission), began_(admission.clock_.now()) {
  admission.limit_.begin();
}

Admission::Permit::Permit(Permit&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)),
      began_(other.began_),
      served_(other.served_) {}

Admission::Permit::~Permit() {
  if (admission_ == nullptr) return;
  auto& limit = admission_->limit_;
  if (served_) {
    const auto now = admission_->clock_.now();
    limit.end(now - began_, now);
    admission_->limit_gauge_.set(static_cast<double>(limit.limit()));
  } else {
    limit.end_failed();
  }
}

}  // namespace services::users::edge
