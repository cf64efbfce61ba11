#include "services/rides/witnesses.hpp"

#include "contracts/operations/location.hpp"
#include "contracts/operations/match.hpp"
#include "platform/telemetry/log.hpp"
#include "services/binding/remote.hpp"

namespace services::rides {
namespace {

template <class Answer>
awaitable<std::optional<Answer>> if_reachable(awaitable<Answer> answer) {
  try {
    co_return co_await std::move(answer);
  } catch (const binding::RemoteUnavailable& error) {
    platform::telemetry::warn("rides.witness_unavailable", {{"reason", error.what()}});
    co_return std::nullopt;
  }
}

}  // namespace

awaitable<std::optional<contracts::RequestStory>> RemoteWitnesses::request_story(
    domain::RideId id) {
  return if_reachable(binding::ask(bus_, contracts::operations::tell_request_story,
                                   contracts::RequestRef{id}, trace_, timeout_));
}

awaitable<std::optional<contracts::TripMeters>> RemoteWitnesses::meter(domain::RideId id) {
  return if_reachable(binding::ask(bus_, contracts::operations::read_meter,
                                   contracts::ReadMeter{id}, trace_, timeout_));
}

}  // namespace services::rides
