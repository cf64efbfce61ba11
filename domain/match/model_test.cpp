// A model check of assignment: every interleaving of what passengers, drivers, operators, clocks
// and late or repeated events can do to a small city, over the decisions of this folder. What the
// services add to those decisions (which slots are freed when, what is told to whom) is written
// here once more, in a few lines for each of their use cases; each step is one commit.
//
// In every state that can be reached nobody is promised twice, and from every one of them a state
// can be reached in which all passengers are done and all drivers free. The last tests take rules
// away, one at a time, and see that the model notices.

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
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

/// What a mutant may do otherwise.
struct Rules {
  Outcome<DriverSlot> (*hold)(const DriverSlot&, const MatchRequest&) = &match::hold;
  bool reserves_for_reassignment = true;
  bool frees_when_the_ride_ends = true;
};

enum class Live : std::uint8_t { none, matched, under_way, given_back, ended };

/// A ride as rides keeps it.
struct Ride {
  Live live = Live::none;
  int driver = -1;
  int match = -1;  ///< Number of the acceptance that it came from.
};

struct Asked {
  Proposal proposal;
  int driver = -1;
  int match = -1;
  bool in_this_search = true;
  bool undone = false;
};

struct Event {
  enum class What : std::uint8_t { accepted, reassign, ended, given_back, reassigned, refused };
  What what;
  int driver = -1;
  int match = -1;
  int replaces = -1;
};

/// One passenger with all that belongs to the request.
struct Search {
  std::optional<MatchRequest> request;
  std::vector<Asked> asked;
  int reserved = -1;  ///< Who is to take over.
  Ride ride;
  std::deque<Event> to_rides;
  std::deque<Event> to_match;
  int matches = 0;
};

struct City {
  std::vector<Search> searches;
  std::vector<DriverSlot> drivers;
};

void append(std::string& key, int number) { key += static_cast<char>('A' + number); }

void append(std::string& key, const std::deque<Event>& events) {
  for (const auto& event : events) {
    append(key, static_cast<int>(event.what));
    for (const int number : {event.driver, event.match, event.replaces}) append(key, number);
  }
  key += '|';
}

/// Equal for states that differ in nothing that any rule looks at.
std::string key_of(const City& city) {
  std::string key;
  for (const auto& search : city.searches) {
    append(key, search.request ? static_cast<int>(search.request->state) : -1);
    for (const auto& each : search.asked) {
      append(key, each.driver);
      append(key, each.match);
      append(key, static_cast<int>(each.proposal.state));
      append(key, 2 * static_cast<int>(each.in_this_search) + static_cast<int>(each.undone));
    }
    append(key, search.reserved);
    append(key, static_cast<int>(search.ride.live));
    append(key, search.ride.driver);
    append(key, search.ride.match);
    append(key, search.to_rides);
    append(key, search.to_match);
  }
  for (const auto& slot : city.drivers) {
    append(key, static_cast<int>(slot.beacon_on));
    append(key, slot.held_by ? slot.held_by->uuid.bytes[15] : -1);
  }
  return key;
}

City city_of(int passengers, int drivers) {
  City city;
  city.searches.resize(static_cast<std::size_t>(passengers));
  for (int i = 0; i < drivers; ++i) {
    city.drivers.push_back(
        {.driver_id = id_of<DriverId>(static_cast<std::uint8_t>(100 + i)), .beacon_on = true});
  }
  return city;
}

/// The steps that are possible in a city. Each leaves the city as it is, and gives the next.
class Steps {
 public:
  Steps(const City& city, const Rules& rules) : city_(city), rules_(rules) {
    for (std::size_t p = 0; p < city_.searches.size(); ++p) of_search(p);
    for (std::size_t d = 0; d < city_.drivers.size(); ++d) turn_beacon(static_cast<int>(d));
  }

  std::vector<City> next;

 private:
  using What = Event::What;

  static DriverSlot& slot(City& city, int driver) {
    return city.drivers[static_cast<std::size_t>(driver)];
  }
  static void free(City& city, int driver, RequestId request) {
    slot(city, driver) = release(slot(city, driver), request);
  }
  static void free_all(City& city, RequestId request) {
    for (auto& each : city.drivers) each = release(each, request);
  }
  static bool is_open(const Asked& asked) {
    return asked.proposal.state == ProposalState::proposed;
  }

  void of_search(std::size_t p) {
    const auto& search = city_.searches[p];
    if (!search.request) return create(p);
    for (std::size_t d = 0; d < city_.drivers.size(); ++d) {
      propose_to(p, static_cast<int>(d));
      reassign_to(p, static_cast<int>(d));
    }
    for (std::size_t a = 0; a < search.asked.size(); ++a) answer(p, a);
    end_search(p);
    drive(p);
    for (const bool again : {false, true}) {
      deliver_to_rides(p, again);
      deliver_to_match(p, again);
    }
  }

  void create(std::size_t p) {
    auto city = city_;
    city.searches[p].request =
        open({.id = id_of<RequestId>(static_cast<std::uint8_t>(p + 1)),
              .passenger_id = id_of<PassengerId>(static_cast<std::uint8_t>(p + 1)),
              .pickup = {-6.2, 106.8},
              .destination = {-6.2, 106.85}},
             {}, start)
            .value();
    next.push_back(std::move(city));
  }

  void propose_to(std::size_t p, int driver) {
    auto city = city_;
    auto& search = city.searches[p];
    if (search.request->state != RequestState::waiting) return;
    const bool asks = std::ranges::any_of(search.asked, is_open);
    const bool asked_before = std::ranges::any_of(search.asked, [&](const Asked& each) {
      return each.driver == driver && (each.in_this_search || each.undone);
    });
    if (asks || asked_before) return;
    const auto& before = slot(city, driver);
    const auto held = rules_.hold(before, *search.request);
    if (!held || before.held_by == search.request->id) return;  // Dispatch takes the free alone.
    slot(city, driver) = *held;
    const int match = search.matches++;
    search.asked.push_back(
        {propose(*search.request, id_of<MatchId>(static_cast<std::uint8_t>(match)), held->driver_id,
                 {}, start),
         driver, match});
    next.push_back(std::move(city));
  }

  void answer(std::size_t p, std::size_t a) {
    accept(p, a, soon);
    accept(p, a, late);
    close(p, a, [&](const Search& search, const Asked& each) {
      return decide(*search.request, each.proposal, each.proposal.driver_id, DeclineProposal{},
                    soon);
    });
    close(p, a, [](const Search&, const Asked& each) {
      return decide(each.proposal, ExpireProposal{}, each.proposal.expires_at);
    });
  }

  void accept(std::size_t p, std::size_t a, base::Instant now) {
    auto city = city_;
    auto& search = city.searches[p];
    auto& asked = search.asked[a];
    const auto match =
        decide(*search.request, asked.proposal, asked.proposal.driver_id, AcceptProposal{}, now);
    if (!match) return;
    const auto held = rules_.hold(slot(city, asked.driver), match->request);
    if (!held) return;
    slot(city, asked.driver) = *held;
    search.request = match->request;
    asked.proposal = match->proposal;
    search.to_rides.push_back({What::accepted, asked.driver, asked.match});
    next.push_back(std::move(city));
  }

  template <class Decide>
  void close(std::size_t p, std::size_t a, Decide decision) {
    auto city = city_;
    auto& search = city.searches[p];
    const auto closed = decision(search, search.asked[a]);
    if (!closed) return;
    search.asked[a].proposal = *closed;
    free(city, search.asked[a].driver, search.request->id);
    next.push_back(std::move(city));
  }

  static void withdraw(City& city, Search& search, int driver = -1) {
    for (auto& each : search.asked) {
      if (!is_open(each) || (driver >= 0 && each.driver != driver)) continue;
      each.proposal = decide(each.proposal, WithdrawProposal{}, soon).value();
      free(city, each.driver, search.request->id);
    }
  }

  void end_search(std::size_t p) {
    const auto& request = *city_.searches[p].request;
    for (const auto& ended : {decide(request, request.passenger_id, CancelRequest{}, soon),
                              decide(request, GiveUp{}, request.expires_at)}) {
      if (!ended) continue;
      auto city = city_;
      city.searches[p].request = *ended;
      withdraw(city, city.searches[p]);
      free_all(city, ended->id);
      next.push_back(std::move(city));
    }
  }

  void turn_beacon(int driver) {
    auto city = city_;
    auto& own = slot(city, driver);
    own.beacon_on = !own.beacon_on;
    if (!own.beacon_on) {
      for (auto& search : city.searches) {
        if (search.request) withdraw(city, search, driver);
      }
    }
    next.push_back(std::move(city));
  }

  void reassign_to(std::size_t p, int driver) {
    auto city = city_;
    auto& search = city.searches[p];
    const bool may = search.request->state == RequestState::matched && search.reserved < 0 &&
                     search.matches < most_matches && slot(city, driver).held_by == std::nullopt;
    if (!may) return;
    const auto accepted = std::ranges::find_if(search.asked, [](const Asked& each) {
      return each.proposal.state == ProposalState::accepted && !each.undone;
    });
    const auto held = rules_.hold(slot(city, driver), *search.request);
    if (!held) return;
    if (rules_.reserves_for_reassignment) slot(city, driver) = *held;
    search.reserved = driver;
    search.to_rides.push_back({What::reassign, driver, search.matches++, accepted->match});
    next.push_back(std::move(city));
  }

  /// What happens to the ride, in rides.
  void drive(std::size_t p) {
    const auto live = city_.searches[p].ride.live;
    const auto become = [&](Live state, std::optional<What> told) {
      auto city = city_;
      auto& search = city.searches[p];
      search.ride.live = state;
      if (told) search.to_match.push_back({*told, search.ride.driver, search.ride.match});
      next.push_back(std::move(city));
    };
    if (live == Live::matched) {
      become(Live::under_way, {});
      become(Live::given_back, What::given_back);
      become(Live::ended, What::ended);  // The passenger or the system cancels.
    }
    if (live == Live::under_way) become(Live::ended, What::ended);
  }

  /// `again`: the acknowledgement is lost, and the event stays where it is.
  void deliver_to_rides(std::size_t p, bool again) {
    auto city = city_;
    auto& search = city.searches[p];
    if (search.to_rides.empty()) return;
    const auto event = search.to_rides.front();
    if (!again) search.to_rides.pop_front();
    auto& ride = search.ride;
    if (ride.match >= event.match) {
      // Told twice.
    } else if (event.what == What::accepted) {
      if (ride.live == Live::none || ride.live == Live::given_back) {
        ride = {Live::matched, event.driver, event.match};
      }
    } else if (ride.live == Live::matched && ride.match == event.replaces) {
      ride = {Live::matched, event.driver, event.match};
      search.to_match.push_back({What::reassigned, event.driver, event.match});
    } else if (std::ranges::none_of(search.to_match, [&](const Event& told) {
                 return told.what == What::refused && told.match == event.match;
               })) {
      search.to_match.push_back({What::refused, event.driver, event.match});
    }
    next.push_back(std::move(city));
  }

  void deliver_to_match(std::size_t p, bool again) {
    auto city = city_;
    auto& search = city.searches[p];
    if (search.to_match.empty()) return;
    const auto event = search.to_match.front();
    if (!again) search.to_match.pop_front();
    switch (event.what) {
      case What::ended: close_request(city, search); break;
      case What::given_back: reopen(city, search, event.driver); break;
      case What::reassigned: hand_over(city, search, event); break;
      case What::refused: keep_driver(city, search, event.driver); break;
      case What::accepted:
      case What::reassign: break;
    }
    next.push_back(std::move(city));
  }

  void close_request(City& city, Search& search) {
    const auto closed = decide(*search.request, CloseRequest{});
    if (!closed) return;
    search.request = *closed;
    if (rules_.frees_when_the_ride_ends) free_all(city, closed->id);
  }

  void reopen(City& city, Search& search, int driver) {
    if (search.request->driver_id != slot(city, driver).driver_id) return;
    const auto reopened = decide(*search.request, Reopen{}, {}, start);
    if (!reopened) return;
    search.request = *reopened;
    undo_acceptance(search);
    for (auto& each : search.asked) each.in_this_search = false;
    free(city, driver, reopened->id);
  }

  void hand_over(City& city, Search& search, const Event& event) {
    if (search.reserved != event.driver) return;
    const auto next_request =
        decide(*search.request, ReassignRequest{slot(city, event.driver).driver_id});
    if (!next_request) return;
    for (const auto& each : search.asked) {
      if (each.proposal.state == ProposalState::accepted && !each.undone) {
        free(city, each.driver, next_request->id);
      }
    }
    undo_acceptance(search);
    auto accepted = propose(match_before(search), id_of<MatchId>(0),
                            slot(city, event.driver).driver_id, {}, start);
    accepted.state = ProposalState::accepted;
    search.asked.push_back({accepted, event.driver, event.match});
    search.request = *next_request;
    search.reserved = -1;
    slot(city, event.driver).held_by = next_request->id;
  }

  void keep_driver(City& city, Search& search, int driver) {
    if (search.reserved != driver) return;
    search.reserved = -1;
    free(city, driver, search.request->id);
  }

  static void undo_acceptance(Search& search) {
    for (auto& each : search.asked) {
      if (each.proposal.state == ProposalState::accepted) each.undone = true;
    }
  }

  /// Only a waiting request makes proposals.
  static MatchRequest match_before(const Search& search) {
    auto request = *search.request;
    request.state = RequestState::waiting;
    return request;
  }

  static constexpr int most_matches = 4;
  const City& city_;
  const Rules& rules_;
};

bool is_live(const Search& search) {
  return search.request && (search.request->state == RequestState::waiting ||
                            search.request->state == RequestState::matched);
}

bool stands(const Asked& each) {
  return each.proposal.state == ProposalState::accepted && !each.undone;
}

/// Asked, accepted or reserved. What a request that has ended was promised counts no more: rides
/// will refuse it.
bool is_promised(const Search& search, int driver) {
  if (!is_live(search)) return false;
  return search.reserved == driver || std::ranges::any_of(search.asked, [&](const Asked& each) {
           return each.driver == driver &&
                  (stands(each) || each.proposal.state == ProposalState::proposed);
         });
}

bool drives(const Search& search, int driver) {
  const bool lives = search.ride.live == Live::matched || search.ride.live == Live::under_way;
  return lives && search.ride.driver == driver;
}

/// What is wrong in this state; empty when nobody is promised twice.
std::string fault_in(const City& city) {
  for (const auto& search : city.searches) {
    if (std::ranges::count_if(search.asked, stands) > 1) return "two accepted matches";
  }
  for (int driver = 0; driver < static_cast<int>(city.drivers.size()); ++driver) {
    const auto& slot = city.drivers[static_cast<std::size_t>(driver)];
    int rides = 0;
    for (const auto& search : city.searches) {
      rides += static_cast<int>(drives(search, driver));
      if (is_promised(search, driver) && slot.held_by != search.request->id) {
        return "a promised driver is not held";  // So nobody is promised twice.
      }
    }
    if (rides > 1) return "a driver drives two passengers";
  }
  return {};
}

bool is_over(const Search& search) {
  return search.request && !is_live(search) && search.to_rides.empty() && search.to_match.empty();
}

/// Everybody is where they wanted to be, and nobody is held for anything.
bool is_done(const City& city) {
  return std::ranges::all_of(city.searches, is_over) &&
         std::ranges::none_of(city.drivers,
                              [](const DriverSlot& slot) { return slot.held_by.has_value(); });
}

struct Report {
  std::size_t states = 0;
  std::string fault;
};

Report explore(int passengers, int drivers, const Rules& rules = {}) {
  std::vector<City> states{city_of(passengers, drivers)};
  std::unordered_map<std::string, std::size_t> known{{key_of(states.front()), 0}};
  std::vector<std::vector<std::size_t>> came_from(1);
  for (std::size_t i = 0; i < states.size(); ++i) {
    auto steps = Steps{states[i], rules};
    for (auto& city : steps.next) {
      const auto [place, is_new] = known.emplace(key_of(city), states.size());
      if (is_new) {
        if (auto fault = fault_in(city); !fault.empty()) return {states.size(), std::move(fault)};
        states.push_back(std::move(city));
        came_from.emplace_back();
      }
      came_from[place->second].push_back(i);
    }
  }
  // Backwards from where all are done.
  std::vector<bool> ends_well(states.size());
  std::vector<std::size_t> open;
  const auto mark = [&](std::size_t i) {
    if (ends_well[i]) return;
    ends_well[i] = true;
    open.push_back(i);
  };
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (is_done(states[i])) mark(i);
  }
  while (!open.empty()) {
    const auto i = open.back();
    open.pop_back();
    for (const auto before : came_from[i]) mark(before);
  }
  const bool all = std::ranges::all_of(ends_well, [](bool well) { return well; });
  return {states.size(), all ? "" : "somebody waits for ever"};
}

Outcome<DriverSlot> hold_whoever(const DriverSlot& slot, const MatchRequest& request) {
  auto held = slot;
  held.held_by = request.id;
  return held;
}

TEST(AssignmentModel, PromisesNobodyTwiceAndLosesNobody) {
  struct Size {
    int passengers;
    int drivers;
    std::size_t states_at_least;
  };
  for (const auto& size : {Size{1, 1, 50}, Size{1, 2, 500}, Size{2, 1, 1'000}}) {
    const auto report = explore(size.passengers, size.drivers);
    EXPECT_EQ(report.fault, "") << size.passengers << " and " << size.drivers;
    EXPECT_GT(report.states, size.states_at_least);
  }
}

// The model is worth something because it sees these.

TEST(AssignmentModel, SeesADriverWhoIsTakenFromAnother) {
  EXPECT_NE(explore(2, 1, {.hold = &hold_whoever}).fault, "");
}

TEST(AssignmentModel, SeesAReservationThatHoldsNobody) {
  EXPECT_NE(explore(1, 2, {.reserves_for_reassignment = false}).fault, "");
}

TEST(AssignmentModel, SeesADriverWhoIsNeverFreed) {
  EXPECT_EQ(explore(1, 1, {.frees_when_the_ride_ends = false}).fault, "somebody waits for ever");
}

}  // namespace
}  // namespace domain::match
