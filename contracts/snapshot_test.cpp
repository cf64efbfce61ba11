#include "contracts/snapshot.hpp"

#include <stdexcept>
#include <tuple>

#include <gmock/gmock.h>

#include "tests/support/scenario.hpp"

namespace contracts {
namespace {

using domain::UserId;
using domain::match::ProposalState;
using domain::match::RequestState;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using tests::support::id_of;

const auto passenger = id_of<UserId>(1);
const auto driver = id_of<UserId>(2);
const auto stranger = id_of<UserId>(3);

const Place monas{.latitude = -6.1754, .longitude = 106.8272, .label = {}};
const Place semanggi{.latitude = -6.2297, .longitude = 106.8295, .label = {}};
const DriverCard card{.driver_id = driver, .name = "Siti", .vehicle = "Vario", .plate = "B1234XYZ"};

RequestChanged request(std::uint8_t id, RequestState state = RequestState::waiting) {
  return {.passenger_id = passenger,
          .request = {.request_id = id_of<domain::RequestId>(id),
                      .state = state,
                      .pickup = monas,
                      .destination = semanggi}};
}

ProposalChanged proposal(std::uint8_t id, ProposalState state = ProposalState::proposed) {
  return {.driver_id = driver,
          .proposal = {.match_id = id_of<domain::MatchId>(id),
                       .state = state,
                       .pickup = monas,
                       .destination = semanggi}};
}

MatchAccepted acceptance(std::uint8_t id) {
  return {.request_id = id_of<domain::RequestId>(id),
          .passenger_id = passenger,
          .driver = card,
          .pickup = monas,
          .destination = semanggi};
}

RideChanged ride(std::uint8_t id) {
  return {.ride = {.ride_id = id_of<domain::RideId>(id),
                   .passenger_id = passenger,
                   .driver = card,
                   .pickup = monas,
                   .destination = semanggi,
                   .pin = "1234"}};
}

/// `document` after an event that `user` is told of.
template <class Payload>
Document after(Document document, UserId user, const EventKind<Payload>& kind,
               const Payload& payload) {
  return fold(std::move(document), user, kind.type, base::json::encode(payload));
}

template <class Payload>
std::vector<UserId> told(const EventKind<Payload>& kind, const Payload& payload) {
  return audience(kind.type, base::json::encode(payload));
}

std::string text(const Document& document) { return base::json::to_text(document); }

TEST(Audience, IsWhomTheEventConcerns) {
  EXPECT_THAT(told(events::driver_changed, {.driver = card}), ElementsAre(driver));
  EXPECT_THAT(told(events::beacon_changed, {.driver_id = driver, .on = true}), ElementsAre(driver));
  EXPECT_THAT(told(events::request_created, request(1)), ElementsAre(passenger));
  EXPECT_THAT(told(events::proposal_made, proposal(1)), ElementsAre(driver));
  EXPECT_THAT(told(events::match_accepted, acceptance(1)), ElementsAre(passenger));
  EXPECT_THAT(told(events::ride_matched, ride(1)), ElementsAre(passenger, driver));
}

TEST(Audience, IsNobodyForWhatDocumentsDoNotShow) {
  EXPECT_THAT(told(events::trip_metered, {}), IsEmpty());
  EXPECT_THAT(audience("no.such_event", {}), IsEmpty());
}

TEST(Audience, RefusesAPayloadOfAnotherType) {
  EXPECT_THROW(audience(events::ride_matched.type, boost::json::object{}), std::invalid_argument);
}

TEST(Fold, ShowsAPassengerTheWallet) {
  const WalletChanged change{.passenger_id = passenger, .balance = {38'000}, .top_up = {}};
  EXPECT_THAT(told(events::wallet_changed, change), ElementsAre(passenger));
  const auto document = after({}, passenger, events::wallet_changed, change);
  EXPECT_EQ(document.wallet, base::Money{38'000});
}

TEST(FoldedTypes, AreAllOfUsersMatchAndRides) {
  const auto types = folded_types();
  EXPECT_THAT(types, Contains(std::string{events::payment_failed.type}));
  EXPECT_THAT(types, Not(Contains(std::string{events::trip_metered.type})));
  EXPECT_EQ(types.size(), 23U);
}

TEST(Fold, TellsADriverThatNoRideCameOfAMatch) {
  const RideRefused refused{.ride_id = id_of<domain::RideId>(1),
                            .match_id = id_of<domain::MatchId>(2),
                            .driver_id = driver};
  EXPECT_THAT(told(events::ride_refused, refused), ElementsAre(driver));
  const auto document = after({}, driver, events::ride_refused, refused);
  ASSERT_TRUE(document.refused);
  EXPECT_EQ(document.refused->match_id, refused.match_id);
  EXPECT_FALSE(after(document, driver, events::proposal_made, proposal(3)).refused);
  EXPECT_FALSE(after(document, driver, events::ride_matched, ride(4)).refused);
}

TEST(Fold, ShowsADriverHowTheyStand) {
  auto document = after({}, driver, events::driver_changed, {.driver = card});
  document = after(document, driver, events::beacon_changed, {.driver_id = driver, .on = true});
  ASSERT_TRUE(document.driver);
  EXPECT_EQ(document.driver->driver.plate, "B1234XYZ");
  EXPECT_EQ(document.beacon, true);
}

TEST(Fold, TheNewestRequestReplacesTheLast) {
  auto document = after({}, passenger, events::request_created, request(1));
  document =
      after(document, passenger, events::request_cancelled, request(1, RequestState::cancelled));
  EXPECT_EQ(document.request->state, RequestState::cancelled);
  document = after(document, passenger, events::request_created, request(2));
  EXPECT_EQ(document.request->request_id, id_of<domain::RequestId>(2));
  EXPECT_EQ(document.request->state, RequestState::waiting);
}

TEST(Fold, AProposalIsThereUntilItIsClosed) {
  auto document = after({}, driver, events::proposal_made, proposal(1));
  ASSERT_TRUE(document.proposal);
  document = after(document, driver, events::proposal_closed, proposal(1, ProposalState::declined));
  EXPECT_FALSE(document.proposal);
}

TEST(Fold, TheEndOfAnOldProposalLeavesTheNewOneThere) {
  auto document = after({}, driver, events::proposal_made, proposal(2));
  document = after(document, driver, events::proposal_closed, proposal(1, ProposalState::expired));
  ASSERT_TRUE(document.proposal);
  EXPECT_EQ(document.proposal->match_id, id_of<domain::MatchId>(2));
}

TEST(Fold, AMatchTellsThePassengerWhoDrives) {
  auto document = after({}, passenger, events::request_created, request(1));
  document = after(document, passenger, events::match_accepted, acceptance(1));
  EXPECT_EQ(document.request->state, RequestState::matched);
  EXPECT_EQ(document.request->driver.value().name, "Siti");
}

TEST(Fold, AMatchOfAnotherRequestChangesNothing) {
  const auto before = after({}, passenger, events::request_created, request(2));
  const auto document = after(before, passenger, events::match_accepted, acceptance(1));
  EXPECT_EQ(text(document), text(before));
}

TEST(Fold, ThePinIsThePassengersAlone) {
  EXPECT_EQ(after({}, passenger, events::ride_matched, ride(1)).ride.value().pin, "1234");
  EXPECT_FALSE(after({}, driver, events::ride_matched, ride(1)).ride.value().pin);
  EXPECT_FALSE(as_seen_by(stranger, ride(1).ride).pin);
}

TEST(Fold, AReassignedRideIsTheNextDriversAlone) {
  auto reassigned = ride(1);
  reassigned.ride.driver = {.driver_id = stranger, .name = "Budi"};
  reassigned.previous_driver_id = driver;
  const auto& kind = events::ride_reassigned;
  EXPECT_THAT(told(kind, reassigned), ElementsAre(passenger, stranger, driver));

  const auto of_old = after({}, driver, events::ride_matched, ride(1));
  EXPECT_FALSE(after(of_old, driver, kind, reassigned).ride);
  const auto of_next = after({}, driver, events::ride_matched, ride(2));
  EXPECT_EQ(text(after(of_next, driver, kind, reassigned)), text(of_next));
  EXPECT_TRUE(after({}, stranger, kind, reassigned).ride);

  auto of_passenger = after({}, passenger, events::request_created, request(1));
  of_passenger = after(of_passenger, passenger, events::match_accepted, acceptance(1));
  of_passenger = after(of_passenger, passenger, kind, reassigned);
  EXPECT_EQ(of_passenger.request->driver->name, "Budi");
  EXPECT_EQ(of_passenger.ride->driver.name, "Budi");
}

TEST(Fold, ARepeatedEventChangesNothingMore) {
  const auto once = after({}, passenger, events::ride_matched, ride(1));
  EXPECT_EQ(text(after(once, passenger, events::ride_matched, ride(1))), text(once));
}

TEST(Fold, IgnoresWhatItDoesNotKnow) {
  const auto before = after({}, driver, events::proposal_made, proposal(1));
  EXPECT_EQ(text(fold(before, driver, "no.such_event", {})), text(before));
}

TEST(Fold, ReadsWhatANewerServiceAdded) {
  auto payload = base::json::encode(ride(1));
  payload.as_object()["mood"] = "sunny";
  EXPECT_TRUE(fold({}, passenger, events::ride_matched.type, payload).ride);
}

TEST(Document, ComesBackAsItWasWritten) {
  auto document = after({}, passenger, events::request_created, request(1));
  document = after(document, passenger, events::ride_matched, ride(1));
  const auto read = base::json::from_text<Document>(text(document));
  ASSERT_TRUE(read);
  EXPECT_EQ(text(*read), text(document));
}

}  // namespace
}  // namespace contracts
