#pragma once

/// Binds events of other services to use cases: what a service does about what has happened.
///
///   constexpr Reaction<RideUseCases> reactions[] = {
///       when<&RideUseCases::begin>(events::match_accepted),
///   };

#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "base/json/json.hpp"
#include "contracts/events.hpp"
#include "platform/bus/consumer.hpp"
#include "services/binding/commands.hpp"
#include "services/binding/work.hpp"

namespace services::binding {

template <class UseCases>
struct Reaction {
  using Invoke = awaitable<void> (*)(UseCases&, const std::string& payload);
  std::string_view type;
  contracts::Owner producer;
  Invoke invoke;
};

namespace detail {

template <class>
struct ReactionOf;
template <class UseCasesType, class PayloadType>
struct ReactionOf<awaitable<void> (UseCasesType::*)(PayloadType)> {
  using UseCases = UseCasesType;
  using Payload = PayloadType;
};

template <auto Method>
awaitable<void> react(typename ReactionOf<decltype(Method)>::UseCases& use_cases,
                      const std::string& payload) {
  using Payload = typename ReactionOf<decltype(Method)>::Payload;
  auto decoded = base::json::from_text<Payload>(payload);
  if (!decoded) throw std::invalid_argument{decoded.error()};
  co_await (use_cases.*Method)(std::move(*decoded));
}

}  // namespace detail

/// Binds `awaitable<void> (UseCases::*)(Payload)` to an event. What it throws parks the event.
template <auto Method, class Payload>
constexpr auto when(const contracts::EventKind<Payload>& kind) {
  using ReactionType = detail::ReactionOf<decltype(Method)>;
  static_assert(std::is_same_v<typename ReactionType::Payload, Payload>);
  return Reaction<typename ReactionType::UseCases>{kind.type, kind.producer,
                                                   &detail::react<Method>};
}

/// A reaction without its types.
struct BoundReaction {
  std::string_view type;
  contracts::Owner producer;
  std::function<awaitable<void>(Work&, const std::string& payload)> run;
};

template <class UseCases>
std::vector<BoundReaction> bind(std::span<const Reaction<UseCases>> reactions,
                                MakeUseCases<UseCases> make) {
  std::vector<BoundReaction> bound;
  for (const auto& reaction : reactions) {
    bound.push_back({reaction.type, reaction.producer,
                     [reaction, make](Work& work, const std::string& payload) -> awaitable<void> {
                       const auto use_cases = make(work);
                       co_await reaction.invoke(*use_cases, payload);
                     }});
  }
  return bound;
}

/// "rides": the name of the service in subjects, queues, schemas and streams.
std::string service_name(contracts::Owner owner);

/// Starts one consumer for each producer that the reactions name. `after_commit` wakes the relay.
std::vector<std::unique_ptr<platform::bus::Consumer>> start_reacting(
    platform::runtime::Runtime& runtime, platform::bus::Connection& connection,
    platform::postgres::Pool& pool, contracts::Owner consumer, std::vector<BoundReaction> reactions,
    std::function<void()> after_commit);

}  // namespace services::binding
