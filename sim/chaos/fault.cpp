#include "sim/chaos/fault.hpp"

#include <algorithm>

#include "base/json/enums.hpp"
#include "sim/dice.hpp"

namespace sim::chaos {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// One kind of fault in the deck.
struct Card {
  Component component;
  Blow blow;
  bool all;  ///< Both instances of a service.
  int copies;
  std::optional<Component> link_to = {};
};

// clang-format off
constexpr Card deck[] = {
    {Component::users,    Blow::kill,    false, 2},
    {Component::users,    Blow::kill,    true,  1},
    {Component::users,    Blow::pause,   false, 1},
    {Component::users,    Blow::restart, false, 1},
    {Component::location, Blow::kill,    false, 2},
    {Component::location, Blow::kill,    true,  1},
    {Component::location, Blow::pause,   false, 1},
    {Component::match,    Blow::kill,    false, 2},
    {Component::match,    Blow::kill,    true,  1},
    {Component::match,    Blow::pause,   false, 1},
    {Component::match,    Blow::restart, false, 1},
    {Component::rides,    Blow::kill,    false, 2},
    {Component::rides,    Blow::kill,    true,  1},
    {Component::rides,    Blow::pause,   false, 1},
    {Component::rides,    Blow::restart, false, 1},
    {Component::postgres, Blow::kill,    true,  2},
    {Component::postgres, Blow::pause,   true,  1},
    {Component::redis,    Blow::kill,    true,  1},
    {Component::redis,    Blow::pause,   true,  1},
    {Component::nats,     Blow::kill,    true,  2},
    {Component::nats,     Blow::pause,   true,  1},
    {Component::users,    Blow::mute,    false, 1, Component::nats},
    {Component::users,    Blow::reset,   false, 1, Component::postgres},
    {Component::users,    Blow::cut,     false, 1, Component::redis},
    {Component::location, Blow::cut,     false, 1, Component::nats},
    {Component::location, Blow::slow,    false, 1, Component::postgres},
    {Component::location, Blow::mute,    false, 1, Component::redis},
    {Component::match,    Blow::reset,   false, 1, Component::nats},
    {Component::match,    Blow::mute,    false, 1, Component::postgres},
    {Component::match,    Blow::slow,    false, 1, Component::redis},
    {Component::rides,    Blow::slow,    false, 1, Component::nats},
    {Component::rides,    Blow::cut,     false, 1, Component::postgres},
};
// clang-format on

constexpr milliseconds shortest = 100ms;
constexpr milliseconds longest = 2'000ms;

Fault drawn(const Card& card, Dice& dice) {
  Fault fault{.component = card.component,
              .instance = {},
              .link_to = card.link_to,
              .blow = card.blow,
              .lasts = dice.between(shortest, longest)};
  if (!card.all) fault.instance = static_cast<int>(dice.below(instances_of_each));
  return fault;
}

std::vector<Card> shuffled(Dice& dice) {
  std::vector<Card> cards;
  for (const auto& card : deck) {
    for (int copy = 0; copy < card.copies; ++copy) cards.push_back(card);
  }
  for (auto left = cards.size(); left > 1; --left) {
    std::swap(cards[left - 1], cards[dice.below(left)]);
  }
  return cards;
}

}  // namespace

std::string name_of(const Fault& fault) {
  std::string text{base::json::name_of(fault.blow)};
  text += ' ';
  text += base::json::name_of(fault.component);
  if (fault.instance) text += '-' + std::to_string(*fault.instance + 1);
  if (fault.link_to) text.append(" to ").append(base::json::name_of(*fault.link_to));
  return text;
}

std::string sentence(const Fault& fault) {
  return name_of(fault) + " for " + std::to_string(fault.lasts.count()) + " ms";
}

std::vector<Fault> schedule(std::uint64_t seed, int count) {
  Dice dice{seed, 0};
  std::vector<Fault> faults;
  while (std::ssize(faults) < count) {
    for (const auto& card : shuffled(dice)) {
      if (std::ssize(faults) < count) faults.push_back(drawn(card, dice));
    }
  }
  return faults;
}

}  // namespace sim::chaos
