#pragma once

/// What is broken, how, and for how long.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>

namespace sim::chaos {

enum class Component : std::uint8_t { users, location, match, rides, postgres, redis, nats };
BOOST_DESCRIBE_ENUM(Component, users, location, match, rides, postgres, redis, nats)

enum class Blow : std::uint8_t {
  kill,     ///< SIGKILL
  pause,    ///< SIGSTOP, later SIGCONT: to others a process that hangs
  restart,  ///< SIGTERM, as a deploy does
  // To the link between a process and a server:
  cut,    ///< Nobody listens any more.
  mute,   ///< Packets vanish both ways.
  slow,   ///< Everything takes 400 ms longer, each way.
  reset,  ///< Connections are torn down as soon as they are used.
};
BOOST_DESCRIBE_ENUM(Blow, kill, pause, restart, cut, mute, slow, reset)

struct Fault {
  Component component = Component::users;
  std::optional<int> instance;       ///< 0 or 1 of a service; empty: all that there is.
  std::optional<Component> link_to;  ///< Only the link of `component` to this server.
  Blow blow = Blow::kill;
  std::chrono::milliseconds lasts{0};  ///< From the blow to the cure.

  friend bool operator==(const Fault&, const Fault&) = default;
};

/// Services have two instances; of each server there is one.
inline constexpr int instances_of_each = 2;
constexpr bool is_service(Component component) { return component <= Component::rides; }

/// "kill rides-1", "mute match-2 to nats"
std::string name_of(const Fault& fault);
/// The same, and "for 340 ms".
std::string sentence(const Fault& fault);

/// Faults in an order and of lengths that the seed decides. They are dealt from a shuffled deck
/// that holds every kind, so that even few of them are of many kinds.
std::vector<Fault> schedule(std::uint64_t seed, int count);

}  // namespace sim::chaos
