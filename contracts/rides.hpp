#pragma once

/// What rides promises: the ride's life, fares, receipts, payments, balances.

#include <vector>

#include "contracts/values.hpp"
#include "domain/ride/lifecycle.hpp"
#include "domain/ride/payment.hpp"
#include "domain/ride/rating.hpp"

namespace contracts {

struct EstimateFare {
  Place pickup;
  Place destination;
};
BOOST_DESCRIBE_STRUCT(EstimateFare, (), (pickup, destination))

struct FareOption {
  domain::VehicleType vehicle_type = domain::VehicleType::motorcycle;
  base::Money fare;
};
BOOST_DESCRIBE_STRUCT(FareOption, (), (vehicle_type, fare))

struct FareEstimate {
  double metres = 0;   ///< Estimated length of the trip.
  int duration_s = 0;  ///< Estimated.
  std::vector<FareOption> options;
};
BOOST_DESCRIBE_STRUCT(FareEstimate, (), (metres, duration_s, options))

struct RideRef {
  domain::RideId ride_id;
};
BOOST_DESCRIBE_STRUCT(RideRef, (), (ride_id))

struct StartRide {
  domain::RideId ride_id;
  std::string pin;            ///< Four digits, told by the passenger.
  std::int64_t sequence = 0;  ///< The phone's last position sequence before the trip.
};
BOOST_DESCRIBE_STRUCT(StartRide, (), (ride_id, pin, sequence))
void check(const StartRide& request, base::json::Check& check);

struct CompleteRide {
  domain::RideId ride_id;
  std::int64_t sequence = 0;         ///< The phone's last position sequence of the trip.
  std::optional<double> adjustment;  ///< Factor in (0, 1] on the fare; 1 where absent.
};
BOOST_DESCRIBE_STRUCT(CompleteRide, (), (ride_id, sequence, adjustment))
void check(const CompleteRide& request, base::json::Check& check);

struct CancelRide {
  domain::RideId ride_id;
  std::optional<std::string> reason;  ///< At most 200 characters.
};
BOOST_DESCRIBE_STRUCT(CancelRide, (), (ride_id, reason))
void check(const CancelRide& request, base::json::Check& check);

struct Cancellation {
  domain::ride::CancelledBy by = domain::ride::CancelledBy::passenger;
  std::optional<std::string> reason;
  base::Money fee;
};
BOOST_DESCRIBE_STRUCT(Cancellation, (), (by, reason, fee))

struct PaymentView {
  domain::PaymentId payment_id;
  domain::RideId ride_id;
  domain::ride::PaymentMethod method = domain::ride::PaymentMethod::cash;
  domain::ride::PaymentState state = domain::ride::PaymentState::pending;
  base::Money amount;
  base::Instant created_at;
  std::optional<base::Instant> settled_at;
};
BOOST_DESCRIBE_STRUCT(PaymentView, (),
                      (payment_id, ride_id, method, state, amount, created_at, settled_at))

/// A ride as its participants see it.
struct RideView {
  domain::RideId ride_id;
  domain::ride::RideState state = domain::ride::RideState::matched;
  domain::PassengerId passenger_id;
  DriverCard driver;
  Place pickup;
  Place destination;
  base::Instant matched_at;
  std::optional<base::Instant> arrived_at;
  std::optional<base::Instant> started_at;
  std::optional<base::Instant> completed_at;
  std::optional<base::Instant> ended_at;  ///< Paid or cancelled.
  std::optional<std::string> pin;         ///< The passenger's, until the ride starts.
  std::optional<double> metres;           ///< Once the fare is final.
  std::optional<base::Money> fare;        ///< Once it is final.
  std::optional<Cancellation> cancellation;
  std::optional<PaymentView> payment;
};
BOOST_DESCRIBE_STRUCT(RideView, (),
                      (ride_id, state, passenger_id, driver, pickup, destination, matched_at,
                       arrived_at, started_at, completed_at, ended_at, pin, metres, fare,
                       cancellation, payment))

enum class AttentionReason : std::uint8_t {
  driver_silent,   ///< The driver's phone has not been heard for long.
  fare_not_final,  ///< Completed, and the meter does not come.
};
BOOST_DESCRIBE_ENUM(AttentionReason, driver_silent, fare_not_final)

/// Why an operator should look at a ride.
struct Attention {
  AttentionReason reason = AttentionReason::driver_silent;
  base::Instant since;
};
BOOST_DESCRIBE_STRUCT(Attention, (), (reason, since))

/// The caller's own rides, newest request first.
struct ListRides {
  std::optional<domain::ride::Side> side;  ///< As whom the caller took part; a passenger if absent.
  std::optional<domain::ride::RideState> state;
  std::optional<base::Instant> from;     ///< Matched then or later.
  std::optional<base::Instant> until;    ///< Matched before.
  std::optional<domain::RideId> cursor;  ///< Opaque: next_cursor of the page before.
  std::optional<int> limit;              ///< 1 to 100; 20 if absent.
};
BOOST_DESCRIBE_STRUCT(ListRides, (), (side, state, from, until, cursor, limit))
void check(const ListRides& question, base::json::Check& check);

struct RidePage {
  std::vector<RideView> rides;
  std::optional<domain::RideId> next_cursor;  ///< Absent on the last page.
};
BOOST_DESCRIBE_STRUCT(RidePage, (), (rides, next_cursor))

struct RateRide {
  domain::RideId ride_id;
  int stars = 0;                       ///< 1 to 5.
  std::optional<std::string> comment;  ///< At most 500 characters.
};
BOOST_DESCRIBE_STRUCT(RateRide, (), (ride_id, stars, comment))
void check(const RateRide& request, base::json::Check& check);

struct RatingView {
  domain::RideId ride_id;
  domain::ride::Side by = domain::ride::Side::passenger;
  int stars = 0;
  std::optional<std::string> comment;
  base::Instant rated_at;
};
BOOST_DESCRIBE_STRUCT(RatingView, (), (ride_id, by, stars, comment, rated_at))

/// Asked by match: may this be requested?
struct CheckOffer {
  double latitude = 0;  ///< Of the pickup.
  double longitude = 0;
  domain::VehicleType vehicle_type = domain::VehicleType::motorcycle;
};
BOOST_DESCRIBE_STRUCT(CheckOffer, (), (latitude, longitude, vehicle_type))

struct Offer {
  bool offered = false;
};
BOOST_DESCRIBE_STRUCT(Offer, (), (offered))

struct PayRide {
  domain::RideId ride_id;
  domain::ride::PaymentMethod method = domain::ride::PaymentMethod::cash;
};
BOOST_DESCRIBE_STRUCT(PayRide, (), (ride_id, method))

struct ReceiptLine {
  std::string kind;  ///< "distance", "time", "base", "minimum", "driver_adjustment", ...
  base::Money amount;
};
BOOST_DESCRIBE_STRUCT(ReceiptLine, (), (kind, amount))

struct Receipt {
  domain::RideId ride_id;
  base::Instant issued_at;
  Place pickup;
  Place destination;
  DriverCard driver;
  double metres = 0;
  int duration_s = 0;
  std::vector<ReceiptLine> lines;
  base::Money total;
  std::optional<PaymentView> payment;
};
BOOST_DESCRIBE_STRUCT(Receipt, (),
                      (ride_id, issued_at, pickup, destination, driver, metres, duration_s, lines,
                       total, payment))

/// What the platform and a driver owe each other, from the ledger.
struct DriverBalance {
  base::Money balance;     ///< Positive: to be paid out. Negative: fees owed after cash rides.
  base::Money debt_floor;  ///< Below it, rides can't be paid in cash until the debt is settled.
  bool cash_allowed = true;
};
BOOST_DESCRIBE_STRUCT(DriverBalance, (), (balance, debt_floor, cash_allowed))

}  // namespace contracts
