// A model check of assignment: every interleaving of what passengers, drivers, operators, clocks
// and late or repeated events can do to a small city, over the decisions of this folder. What the
// services add to those decisions (which slots are freed when, what is told to whom) is written
// here once more, in a few lines for each of their use cases; each step is one commit.
//
// In every state that can be reached nobody is promised twice, and from every one of them a state
// can be reached in which all passengers are done and all drivers free.
//
// Two passengers and two drivers can be explored whole because states that no rule can tell apart
// are one state:
//
//   who is who         rules compare ids for equality and nothing else, so a city in which two
//                      drivers, or two passengers, have changed places behaves as before. Of all
//                      such cities the one whose bytes come first stands for the others.
//   how many before    acceptances are numbered, and the numbers of one request are compared with
//                      each other alone. So those still mentioned are numbered anew, in order.
//   what is over       of a proposal that was declined, expired or withdrawn counts only that its
//                      driver was asked; of one whose driver left, that he is not asked again.
//
// Nothing is left out otherwise: no order of steps is skipped, and events are repeated as often as
// one likes. A state holds just what rules look at, in bytes; the domain's values are made of it
// whenever something is decided.
//
// The last tests take rules away, one at a time, and see that the model notices:
//
//   a held driver is promised to another                      a promised driver is not held
//   a slot is freed for whoever asks                          a promised driver is not held
//   a reservation holds nobody                                a promised driver is not held
//   an acceptance wins although another has won,
//     and the other proposals are not withdrawn               two accepted matches
//   rides takes what it was told before                       a driver drives two passengers
//   a driver's leaving reopens the match of another           a driver drives two passengers
//   slots are kept when the ride ends                         somebody waits for ever
//   the driver is kept when the ride has no price             somebody waits for ever

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "domain/match/request.hpp"
#include "tests/support/scenario.hpp"

namespace domain::match {
namespace {

using namespace std::chrono_literals;
using tests::support::id_of;

constexpr auto start = base::from_unix_ms(1'700'000'000'000);
constexpr auto soon = start + 1s;
constexpr auto late = start + 1h;

constexpr int passengers_max = 2;
constexpr int drivers_max = 2;
constexpr std::size_t events_max = 6;  ///< On their way in one direction; more would be a fault.

/// Everything in a state is one of these, so that states are compared as bytes.
using Byte = std::int8_t;
constexpr Byte none = -1;

enum class Live : Byte { none, matched, under_way, given_back, ended };
enum class Told : Byte {
  nothing,
  accepted,
  reassign,
  ended,
  given_back,
  reassigned,
  refused,
  unpriced
};

struct Event {
  Told what = Told::nothing;
  Byte driver = none;
  Byte match = none;
  Byte replaces = none;
};

struct Events {
  std::array<Event, events_max> list{};
  Byte size = 0;

  bool empty() const { return size == 0; }
  const Event& front() const { return list[0]; }
  void pop() {
    std::shift_left(list.begin(), list.end(), 1);
    list[static_cast<std::size_t>(--size)] = {};
  }
  void push(const Event& event) { list.at(static_cast<std::size_t>(size++)) = event; }
  bool has(Told what, Byte match) const {
    return std::ranges::any_of(
        list, [&](const Event& each) { return each.what == what && each.match == match; });
  }
};

/// What a request has to do with one driver.
struct Asked {
  Byte open = 0;      ///< There is a proposal that was not answered yet ...
  Byte stands = 0;    ///< ... or an acceptance that was not undone.
  Byte match = none;  ///< Its number.
  Byte before = 0;    ///< Asked in this search.
  Byte undone = 0;    ///< Accepted once, and left, or lost the ride to another.
};

/// A ride as rides keeps it.
struct Ride {
  Live live = Live::none;
  Byte driver = none;
  Byte match = none;
};

/// One passenger with all that belongs to the request.
struct Search {
  Byte state = none;           ///< Of RequestState; none before the request.
  Byte driver = none;          ///< Whom it is matched with.
  Byte reserved = none;        ///< Who is to take over ...
  Byte reserved_match = none;  ///< ... and by which number.
  std::array<Asked, drivers_max> asked{};
  Ride ride;
  Events to_rides;
  Events to_match;
};

struct Slot {
  Byte beacon_on = 0;
  Byte held_by = none;
};

struct City {
  std::array<Search, passengers_max> searches{};
  std::array<Slot, drivers_max> slots{};
};
static_assert(std::has_unique_object_representations_v<City>);

bool operator==(const City& a, const City& b) { return std::memcmp(&a, &b, sizeof(City)) == 0; }
bool operator<(const City& a, const City& b) { return std::memcmp(&a, &b, sizeof(City)) < 0; }

template <class List>
auto& at(List& list, int index) {
  return list[static_cast<std::size_t>(index)];
}

// Domain's values, made of a state.

RequestId request_id(int passenger) {
  return id_of<RequestId>(static_cast<std::uint8_t>(passenger + 1));
}
DriverId driver_id(int driver) { return id_of<DriverId>(static_cast<std::uint8_t>(driver + 100)); }

int index_of(DriverId driver) { return driver.uuid.bytes[15] - 100; }

MatchRequest opened(int passenger) {
  return open({.id = request_id(passenger),
               .passenger_id = id_of<PassengerId>(static_cast<std::uint8_t>(passenger + 1)),
               .pickup = {-6.2, 106.8},
               .destination = {-6.2, 106.85}},
              {}, start)
      .value();
}

MatchRequest request_of(const City& city, int passenger) {
  static const std::array requests{opened(0), opened(1)};
  const auto& search = at(city.searches, passenger);
  auto request = at(requests, passenger);
  request.state = static_cast<RequestState>(search.state);
  if (search.driver != none) request.driver_id = driver_id(search.driver);
  return request;
}

Proposal proposal_of(const City& city, int passenger, int driver) {
  const auto& asked = at(at(city.searches, passenger).asked, driver);
  return {.id = id_of<MatchId>(static_cast<std::uint8_t>(asked.match)),
          .request_id = request_id(passenger),
          .driver_id = driver_id(driver),
          .state = asked.open ? ProposalState::proposed : ProposalState::accepted,
          .proposed_at = start,
          .expires_at = start + 15s};
}

DriverSlot slot_of(const City& city, int driver) {
  const auto& slot = at(city.slots, driver);
  DriverSlot value{.driver_id = driver_id(driver), .beacon_on = slot.beacon_on != 0};
  if (slot.held_by != none) value.held_by = request_id(slot.held_by);
  return value;
}

void set(City& city, int driver, const DriverSlot& slot) {
  const auto holder = slot.held_by ? slot.held_by->uuid.bytes[15] - 1 : none;
  at(city.slots, driver).held_by = static_cast<Byte>(holder);
}

void set(Search& search, const MatchRequest& request) {
  search.state = static_cast<Byte>(request.state);
  search.driver = static_cast<Byte>(request.driver_id ? index_of(*request.driver_id) : none);
}

/// What a mutant may do otherwise.
struct Rules {
  Outcome<DriverSlot> (*hold)(const DriverSlot&, const MatchRequest&) = &match::hold;
  DriverSlot (*release)(const DriverSlot&, RequestId) = &match::release;
  Outcome<Match> (*accept)(const MatchRequest&, const Proposal&, UserId, const AcceptProposal&,
                           base::Instant) = &match::decide;
  bool withdraws_the_others = true;
  bool reserves_for_reassignment = true;
  bool rides_knows_what_it_was_told = true;
  bool reopens_for_its_own_driver_alone = true;
  bool frees_when_the_ride_ends = true;
  bool frees_when_there_is_no_price = true;
};

/// How large a city is.
struct Size {
  int passengers;
  int drivers;
};

/// The steps that are possible in a city. Each leaves the city as it is, and gives the next.
class Steps {
 public:
  Steps(const Size& size, const Rules& rules) : size_(size), rules_(rules) {}

  /// Until the next call.
  const std::vector<City>& from(const City& city) {
    next_.clear();
    city_ = &city;
    for (int p = 0; p < size_.passengers; ++p) of_search(p);
    for (int d = 0; d < size_.drivers; ++d) turn_beacon(d);
    return next_;
  }

 private:
  const Search& search(int p) const { return at(city_->searches, p); }

  void of_search(int p) {
    if (search(p).state == none) return create(p);
    for (int d = 0; d < size_.drivers; ++d) {
      propose_to(p, d);
      answer(p, d);
      reassign_to(p, d);
    }
    end_search(p);
    drive(p);
    for (const bool again : {false, true}) {
      deliver_to_rides(p, again);
      deliver_to_match(p, again);
    }
  }

  void create(int p) {
    auto city = *city_;
    at(city.searches, p).state = static_cast<Byte>(RequestState::waiting);
    next_.push_back(city);
  }

  /// As one policy or another may: any number of drivers at once.
  void propose_to(int p, int d) {
    const auto request = request_of(*city_, p);
    const auto& asked = at(search(p).asked, d);
    const bool free = at(city_->slots, d).held_by == none;
    const bool may = request.state == RequestState::waiting && !asked.before && !asked.undone;
    if (!may || (!free && rules_.hold == &match::hold)) return;  // Dispatch takes the free alone.
    const auto held = rules_.hold(slot_of(*city_, d), request);
    if (!held) return;
    auto city = *city_;
    set(city, d, *held);
    at(at(city.searches, p).asked, d) = {
        .open = 1, .match = next_match(search(p)), .before = 1, .undone = asked.undone};
    next_.push_back(city);
  }

  void answer(int p, int d) {
    if (!at(search(p).asked, d).open) return;
    const auto request = request_of(*city_, p);
    const auto proposal = proposal_of(*city_, p, d);
    accept(p, d, soon);
    accept(p, d, late);
    close(p, d, decide(request, proposal, proposal.driver_id, DeclineProposal{}, soon));
    close(p, d, decide(proposal, ExpireProposal{}, proposal.expires_at));
  }

  void accept(int p, int d, base::Instant now) {
    const auto match =
        rules_.accept(request_of(*city_, p), proposal_of(*city_, p, d), driver_id(d), {}, now);
    if (!match) return;
    const auto held = rules_.hold(slot_of(*city_, d), match->request);
    if (!held) return;
    auto city = *city_;
    auto& next = at(city.searches, p);
    auto& asked = at(next.asked, d);
    set(city, d, *held);
    set(next, match->request);
    asked.open = 0;
    asked.stands = 1;
    next.to_rides.push({Told::accepted, static_cast<Byte>(d), asked.match});
    if (rules_.withdraws_the_others) withdraw(city, p);
    next_.push_back(city);
  }

  void close(int p, int d, const Outcome<Proposal>& closed) {
    if (!closed) return;
    auto city = *city_;
    close(city, p, d);
    next_.push_back(city);
  }

  void close(City& city, int p, int d) const {
    auto& asked = at(at(city.searches, p).asked, d);
    asked.open = 0;
    asked.match = none;
    free(city, p, d);
  }

  void free(City& city, int p, int d) const {
    set(city, d, rules_.release(slot_of(city, d), request_id(p)));
  }

  void free_all(City& city, int p) const {
    for (int d = 0; d < size_.drivers; ++d) set(city, d, release(slot_of(city, d), request_id(p)));
  }

  void withdraw(City& city, int p) const {
    for (int d = 0; d < size_.drivers; ++d) withdraw(city, p, d);
  }

  void withdraw(City& city, int p, int d) const {
    if (!at(at(city.searches, p).asked, d).open) return;
    if (decide(proposal_of(city, p, d), WithdrawProposal{}, soon)) close(city, p, d);
  }

  void end_search(int p) {
    const auto request = request_of(*city_, p);
    for (const auto& ended : {decide(request, request.passenger_id, CancelRequest{}, soon),
                              decide(request, GiveUp{}, request.expires_at)}) {
      if (!ended) continue;
      auto city = *city_;
      set(at(city.searches, p), *ended);
      withdraw(city, p);
      free_all(city, p);
      next_.push_back(city);
    }
  }

  void turn_beacon(int d) {
    auto city = *city_;
    auto& on = at(city.slots, d).beacon_on;
    on = static_cast<Byte>(1 - on);
    for (int p = 0; p < size_.passengers && !on; ++p) withdraw(city, p, d);
    next_.push_back(city);
  }

  void reassign_to(int p, int d) {
    const auto request = request_of(*city_, p);
    const auto replaces = accepted_match(search(p));
    const bool may = request.state == RequestState::matched && search(p).reserved == none &&
                     replaces != none && at(city_->slots, d).held_by == none;
    if (!may) return;
    const auto held = rules_.hold(slot_of(*city_, d), request);
    if (!held) return;
    auto city = *city_;
    auto& next = at(city.searches, p);
    if (rules_.reserves_for_reassignment) set(city, d, *held);
    next.reserved = static_cast<Byte>(d);
    next.reserved_match = next_match(search(p));
    next.to_rides.push({Told::reassign, next.reserved, next.reserved_match, replaces});
    next_.push_back(city);
  }

  /// What happens to the ride, in rides.
  void drive(int p) {
    const auto live = search(p).ride.live;
    const auto become = [&](Live state, Told told) {
      auto city = *city_;
      auto& next = at(city.searches, p);
      next.ride.live = state;
      if (told != Told::nothing) next.to_match.push({told, next.ride.driver, next.ride.match});
      next_.push_back(city);
    };
    if (live == Live::matched) {
      become(Live::under_way, Told::nothing);
      become(Live::given_back, Told::given_back);
      become(Live::ended, Told::ended);  // The passenger or the system cancels.
    }
    if (live == Live::under_way) become(Live::ended, Told::ended);
  }

  /// `again`: the acknowledgement is lost, and the event stays where it is.
  void deliver_to_rides(int p, bool again) {
    if (search(p).to_rides.empty()) return;
    const auto event = search(p).to_rides.front();
    const bool told_before =
        search(p).ride.match >= event.match && rules_.rides_knows_what_it_was_told;
    if (told_before) return take(p, again, [](Search&) {});
    if (event.what == Told::reassign) {
      return take(p, again, [&](Search& next) { take_reassignment(next, event); });
    }
    take(p, again, [&](Search& next) { take_acceptance(next, event); });
    take(p, again, [&](Search& next) { refuse_to_drive(next, event); });
  }

  template <class Effect>
  void take(int p, bool again, Effect effect) {
    auto city = *city_;
    auto& next = at(city.searches, p);
    if (!again) next.to_rides.pop();
    effect(next);
    next_.push_back(city);
  }

  void take_acceptance(Search& next, const Event& event) const {
    const auto live = next.ride.live;
    const bool may =
        live == Live::none || live == Live::given_back || !rules_.rides_knows_what_it_was_told;
    if (may) next.ride = {Live::matched, event.driver, event.match};
  }

  /// Nobody has a price for it.
  void refuse_to_drive(Search& next, const Event& event) const {
    if (rules_.rides_knows_what_it_was_told) next.ride.match = event.match;
    next.to_match.push({Told::unpriced, event.driver, event.match});
  }

  static void take_reassignment(Search& next, const Event& event) {
    if (next.ride.live == Live::matched && next.ride.match == event.replaces) {
      next.ride = {Live::matched, event.driver, event.match};
      next.to_match.push({Told::reassigned, event.driver, event.match});
    } else if (!next.to_match.has(Told::refused, event.match)) {
      next.to_match.push({Told::refused, event.driver, event.match});
    }
  }

  void deliver_to_match(int p, bool again) {
    if (search(p).to_match.empty()) return;
    const auto event = search(p).to_match.front();
    auto city = *city_;
    if (!again) at(city.searches, p).to_match.pop();
    switch (event.what) {
      case Told::ended: close_request(city, p); break;
      case Told::given_back: reopen(city, p, event.driver); break;
      case Told::reassigned: hand_over(city, p, event); break;
      case Told::refused: keep_driver(city, p, event); break;
      case Told::unpriced: refuse(city, p, event); break;
      case Told::nothing:
      case Told::accepted:
      case Told::reassign: break;
    }
    next_.push_back(city);
  }

  void close_request(City& city, int p) const {
    const auto closed = decide(request_of(city, p), CloseRequest{});
    if (!closed) return;
    set(at(city.searches, p), *closed);
    if (rules_.frees_when_the_ride_ends) free_all(city, p);
  }

  void reopen(City& city, int p, int driver) const {
    auto& next = at(city.searches, p);
    if (next.driver != driver && rules_.reopens_for_its_own_driver_alone) return;
    const auto reopened = decide(request_of(city, p), Reopen{}, {}, start);
    if (!reopened) return;
    const auto last = next.driver;
    set(next, *reopened);
    undo_acceptance(next);
    for (auto& asked : next.asked) asked.before = 0;
    free(city, p, last);
  }

  void hand_over(City& city, int p, const Event& event) const {
    auto& next = at(city.searches, p);
    if (next.reserved != event.driver) return;
    const auto handed = decide(request_of(city, p), ReassignRequest{driver_id(event.driver)});
    if (!handed) return;
    const auto last = next.driver;
    undo_acceptance(next);
    free(city, p, last);
    auto& asked = at(next.asked, event.driver);
    asked.stands = 1;
    asked.match = event.match;
    set(next, *handed);
    next.reserved = next.reserved_match = none;
    at(city.slots, event.driver).held_by = static_cast<Byte>(p);
  }

  void keep_driver(City& city, int p, const Event& event) const {
    auto& next = at(city.searches, p);
    if (next.reserved_match != event.match) return;
    next.reserved = next.reserved_match = none;
    free(city, p, event.driver);
  }

  void refuse(City& city, int p, const Event& event) const {
    auto& next = at(city.searches, p);
    if (accepted_match(next) != event.match) return;
    const auto refused = decide(request_of(city, p), RefuseRequest{});
    if (!refused) return;
    set(next, *refused);
    undo_acceptance(next);
    if (rules_.frees_when_there_is_no_price) free_all(city, p);
  }

  static void undo_acceptance(Search& search) {
    for (auto& asked : search.asked) {
      if (!asked.stands) continue;
      asked.stands = 0;
      asked.match = none;
      asked.undone = 1;
    }
  }

  static Byte accepted_match(const Search& search) {
    const auto found = std::ranges::find(search.asked, 1, &Asked::stands);
    return found == search.asked.end() ? none : found->match;
  }

  /// Above all that are mentioned.
  static Byte next_match(const Search& search) {
    Byte highest = std::max(search.ride.match, search.reserved_match);
    for (const auto& asked : search.asked) highest = std::max(highest, asked.match);
    for (const auto* events : {&search.to_rides, &search.to_match}) {
      for (const auto& event : events->list) highest = std::max(highest, event.match);
    }
    return static_cast<Byte>(highest + 1);
  }

  Size size_;
  const Rules& rules_;
  const City* city_ = nullptr;
  std::vector<City> next_;
};

// States that no rule can tell apart.

/// Calls `each` with every number of an acceptance that the search mentions.
template <class Each>
void for_each_match(Search& search, Each each) {
  each(search.ride.match);
  each(search.reserved_match);
  for (auto& asked : search.asked) each(asked.match);
  for (auto* events : {&search.to_rides, &search.to_match}) {
    for (auto& event : events->list) {
      each(event.match);
      each(event.replaces);
    }
  }
}

void number_anew(Search& search) {
  std::array<Byte, 64> ranks{};
  for_each_match(search, [&](Byte match) {
    if (match != none) at(ranks, match) = 1;
  });
  Byte next = 0;
  for (auto& rank : ranks) {
    if (rank) rank = next++;
  }
  for_each_match(search, [&](Byte& match) {
    if (match != none) match = at(ranks, match);
  });
}

void exchange_drivers(City& city) {
  const auto exchange = [](Byte& driver) {
    if (driver != none) driver = static_cast<Byte>(1 - driver);
  };
  std::swap(city.slots[0], city.slots[1]);
  for (auto& search : city.searches) {
    std::swap(search.asked[0], search.asked[1]);
    for (auto* driver : {&search.driver, &search.reserved, &search.ride.driver}) exchange(*driver);
    for (auto* events : {&search.to_rides, &search.to_match}) {
      for (auto& event : events->list) exchange(event.driver);
    }
  }
}

void exchange_passengers(City& city) {
  std::swap(city.searches[0], city.searches[1]);
  for (auto& slot : city.slots) {
    if (slot.held_by != none) slot.held_by = static_cast<Byte>(1 - slot.held_by);
  }
}

/// The one that stands for all cities like this one.
City representative(City city, const Size& size) {
  for (auto& search : city.searches) number_anew(search);
  auto first = city;
  for (int p = 0; p < size.passengers; ++p) {
    for (int d = 0; d < size.drivers; ++d) {
      if (city < first) first = city;
      if (size.drivers == 2) exchange_drivers(city);
    }
    if (size.passengers == 2) exchange_passengers(city);
  }
  return first;
}

/// A set of cities, each with a number.
class Known {
 public:
  /// The number of the city, and whether it is new.
  std::pair<std::uint32_t, bool> add(const City& city) {
    if (2 * cities_.size() >= places_.size()) grow();
    auto& place = place_of(city);
    if (place != empty) return {place, false};
    place = static_cast<std::uint32_t>(cities_.size());
    cities_.push_back(city);
    return {place, true};
  }
  std::size_t size() const { return cities_.size(); }
  const City& operator[](std::size_t number) const { return cities_[number]; }

 private:
  static constexpr auto empty = std::numeric_limits<std::uint32_t>::max();

  static std::size_t hash_of(const City& city) {
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;
    std::array<std::uint64_t, (sizeof(City) + 7) / 8> words{};
    std::memcpy(words.data(), &city, sizeof(City));
    std::uint64_t hash = 0;
    for (const auto word : words) hash = (std::rotl(hash, 23) ^ word) * odd;
    return hash ^ (hash >> 32);
  }

  std::uint32_t& place_of(const City& city) {
    auto i = hash_of(city) & (places_.size() - 1);
    while (places_[i] != empty && !(cities_[places_[i]] == city))
      i = (i + 1) & (places_.size() - 1);
    return places_[i];
  }

  void grow() {
    places_.assign(std::max<std::size_t>(1'024, 2 * places_.size()), empty);
    for (std::uint32_t i = 0; i < cities_.size(); ++i) place_of(cities_[i]) = i;
  }

  std::vector<City> cities_;
  std::vector<std::uint32_t> places_;  ///< A power of two of them, at most half full.
};

// What must hold.

bool is_live(const Search& search) {
  return search.state == static_cast<Byte>(RequestState::waiting) ||
         search.state == static_cast<Byte>(RequestState::matched);
}

/// Asked, accepted or reserved. What a request that has ended was promised counts no more: rides
/// will refuse it.
bool is_promised(const Search& search, int driver) {
  const auto& asked = at(search.asked, driver);
  return is_live(search) && (search.reserved == driver || asked.stands || asked.open);
}

bool drives(const Search& search, int driver) {
  const bool lives = search.ride.live == Live::matched || search.ride.live == Live::under_way;
  return lives && search.ride.driver == driver;
}

/// What is wrong in this state; empty when nobody is promised twice.
std::string fault_in(const City& city) {
  for (const auto& search : city.searches) {
    if (std::ranges::count(search.asked, 1, &Asked::stands) > 1) return "two accepted matches";
  }
  for (int driver = 0; driver < drivers_max; ++driver) {
    int rides = 0;
    for (int p = 0; p < passengers_max; ++p) {
      const auto& search = at(city.searches, p);
      rides += static_cast<int>(drives(search, driver));
      if (is_promised(search, driver) && at(city.slots, driver).held_by != p) {
        return "a promised driver is not held";  // So nobody is promised twice.
      }
    }
    if (rides > 1) return "a driver drives two passengers";
  }
  return {};
}

/// Everybody is where they wanted to be, and nobody is held for anything.
bool is_done(const City& city, const Size& size) {
  const auto is_over = [](const Search& search) {
    return search.state != none && !is_live(search) && search.to_rides.empty() &&
           search.to_match.empty();
  };
  return std::all_of(city.searches.begin(), city.searches.begin() + size.passengers, is_over) &&
         std::ranges::all_of(city.slots, [](const Slot& slot) { return slot.held_by == none; });
}

City city_of(const Size& size) {
  City city;
  for (int d = 0; d < size.drivers; ++d) at(city.slots, d).beacon_on = 1;
  return representative(city, size);
}

struct Report {
  std::size_t states = 0;
  std::size_t steps = 0;
  std::string fault;
};

/// Whether all cities can come to a good end. `steps` lead from `begins[i]` to `begins[i + 1]` from
/// the i-th city.
bool all_end_well(const Known& cities, const std::vector<std::uint32_t>& steps,
                  const std::vector<std::size_t>& begins, const Size& size) {
  std::vector<bool> ends_well(cities.size());
  for (std::size_t i = 0; i < cities.size(); ++i) ends_well[i] = is_done(cities[i], size);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = cities.size(); i-- > 0;) {
      if (ends_well[i]) continue;
      ends_well[i] = std::any_of(steps.begin() + static_cast<std::ptrdiff_t>(begins[i]),
                                 steps.begin() + static_cast<std::ptrdiff_t>(begins[i + 1]),
                                 [&](std::uint32_t next) { return ends_well[next]; });
      changed = changed || ends_well[i];
    }
  }
  return std::ranges::all_of(ends_well, [](bool well) { return well; });
}

Report explore(const Size& size, const Rules& rules = {}) {
  Known cities;
  Steps possible{size, rules};
  std::vector<std::uint32_t> steps;
  std::vector<std::size_t> begins;
  cities.add(city_of(size));
  for (std::size_t i = 0; i < cities.size(); ++i) {
    begins.push_back(steps.size());
    const auto city = cities[i];
    for (const auto& next : possible.from(city)) {
      const auto [number, is_new] = cities.add(representative(next, size));
      if (number != i) steps.push_back(number);
      if (!is_new) continue;
      if (auto fault = fault_in(next); !fault.empty()) return {cities.size(), {}, std::move(fault)};
    }
  }
  begins.push_back(steps.size());
  const bool well = all_end_well(cities, steps, begins, size);
  return {cities.size(), steps.size(), well ? "" : "somebody waits for ever"};
}

struct Case {
  Size size;
  std::size_t states_at_least;
};

TEST(AssignmentModel, PromisesNobodyTwiceAndLosesNobody) {
  for (const auto& [size, states_at_least] :
       {Case{{1, 1}, 50}, Case{{1, 2}, 500}, Case{{2, 1}, 1'000}, Case{{2, 2}, 100'000}}) {
    const auto report = explore(size);
    EXPECT_EQ(report.fault, "") << size.passengers << " and " << size.drivers;
    EXPECT_GT(report.states, states_at_least);
    RecordProperty(std::to_string(size.passengers) + "x" + std::to_string(size.drivers),
                   std::to_string(report.states));
    std::cout << size.passengers << " passengers, " << size.drivers << " drivers: " << report.states
              << " states, " << report.steps << " steps\n";
  }
}

// The model is worth something because it sees these.

Outcome<DriverSlot> hold_whoever(const DriverSlot& slot, const MatchRequest& request) {
  auto held = slot;
  held.held_by = request.id;
  return held;
}

DriverSlot release_whoever(const DriverSlot& slot, RequestId) {
  auto freed = slot;
  freed.held_by = {};
  return freed;
}

Outcome<Match> accept_whenever(const MatchRequest& request, const Proposal& proposal, UserId by,
                               const AcceptProposal& command, base::Instant now) {
  auto waiting = request;
  waiting.state = RequestState::waiting;
  return decide(waiting, proposal, by, command, now);
}

TEST(AssignmentModel, SeesADriverWhoIsTakenFromAnother) {
  EXPECT_EQ(explore({2, 1}, {.hold = &hold_whoever}).fault, "a promised driver is not held");
}

TEST(AssignmentModel, SeesASlotThatIsFreedForWhoeverAsks) {
  EXPECT_EQ(explore({2, 2}, {.release = &release_whoever}).fault, "a promised driver is not held");
}

TEST(AssignmentModel, SeesAReservationThatHoldsNobody) {
  EXPECT_EQ(explore({1, 2}, {.reserves_for_reassignment = false}).fault,
            "a promised driver is not held");
}

TEST(AssignmentModel, SeesTwoWinners) {
  EXPECT_EQ(explore({1, 2}, {.accept = &accept_whenever, .withdraws_the_others = false}).fault,
            "two accepted matches");
  EXPECT_EQ(explore({1, 2}, {.accept = &accept_whenever}).fault, "") << "one rule is left";
}

TEST(AssignmentModel, SeesARideThatIsToldTwiceAndBeginsTwice) {
  EXPECT_EQ(explore({2, 1}, {.rides_knows_what_it_was_told = false}).fault,
            "a driver drives two passengers");
}

TEST(AssignmentModel, SeesAMatchThatIsReopenedForAnotherDriver) {
  EXPECT_EQ(explore({2, 2}, {.reopens_for_its_own_driver_alone = false}).fault,
            "a driver drives two passengers");
}

TEST(AssignmentModel, SeesADriverWhoIsNeverFreed) {
  EXPECT_EQ(explore({1, 1}, {.frees_when_the_ride_ends = false}).fault, "somebody waits for ever");
}

TEST(AssignmentModel, SeesADriverWhoIsKeptForARideWithoutAPrice) {
  EXPECT_EQ(explore({1, 1}, {.frees_when_there_is_no_price = false}).fault,
            "somebody waits for ever");
}

}  // namespace
}  // namespace domain::match
