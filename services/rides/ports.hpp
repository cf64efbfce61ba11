#pragma once

/// What rides needs from the world: where rides, payments and the books are kept, the live map, and
/// the ways to pay.

#include <optional>
#include <string>
#include <vector>

#include "base/money.hpp"
#include "contracts/operators.hpp"
#include "contracts/values.hpp"
#include "domain/fare/fare.hpp"
#include "domain/ledger/ledger.hpp"
#include "domain/rejection.hpp"
#include "domain/ride/lifecycle.hpp"
#include "domain/ride/payment.hpp"
#include "platform/runtime/awaitable.hpp"
#include "services/rides/money_ports.hpp"
#include "services/rides/payments_config.hpp"

namespace services::rides {

using platform::awaitable;

/// A ride as it is kept: with what people want to see of it, and its payment.
struct RideRecord {
  domain::ride::Ride ride;
  domain::MatchId match_id;  ///< The acceptance that it came from.
  contracts::DriverCard driver;
  std::optional<std::string> pickup_label;
  std::optional<std::string> destination_label;
  domain::fare::BasisPoints platform_fee_bp = 0;  ///< As booked, like the ride's tariff.
  std::optional<domain::ride::Payment> payment;
  std::optional<contracts::Attention> attention = {};
};

/// Rides and their payments. Whoever changes a payment holds the lock of its ride.
class RideStore {
 public:
  virtual ~RideStore() = default;

  /// Reads without a transaction: nothing is locked.
  virtual awaitable<std::optional<RideRecord>> find(domain::RideId id) = 0;
  /// Locks the ride until the commit.
  virtual awaitable<std::optional<RideRecord>> lock(domain::RideId id) = 0;

  /// Keeps a ride that begins, in place of the one that its driver gave back.
  virtual awaitable<void> book(const RideRecord& record) = 0;
  /// Remembers that no ride comes of a match.
  virtual awaitable<void> refuse(domain::RideId id, domain::MatchId match) = 0;
  virtual awaitable<bool> was_refused(domain::MatchId match) = 0;
  /// Throws Contended unless the stored version is the one before; so does the next.
  virtual awaitable<void> save(const domain::ride::Ride& ride) = 0;
  /// Likewise, for a ride that another driver takes over: his card and match in place of the last.
  virtual awaitable<void> hand_over(const RideRecord& record) = 0;
  /// Keeps for operators what has happened.
  virtual awaitable<void> note(domain::RideId id, const contracts::StoryEntry& step) = 0;
  /// Puts the ride before an operator.
  virtual awaitable<void> call_attention(domain::RideId id,
                                         const contracts::Attention& attention) = 0;
  virtual awaitable<void> save(const domain::ride::Payment& payment) = 0;
};

/// The books: see domain/ledger for the accounts and what each kind of row moves.
class Ledger {
 public:
  virtual ~Ledger() = default;

  /// Adds rows in this commit, and tells the world. One that is there already, by cause and kind,
  /// is a bug of ours. `key` is the ride's, or whose money it is.
  virtual awaitable<void> post(base::Uuid key,
                               const std::vector<domain::ledger::Transfer>& transfers) = 0;
  virtual awaitable<base::Money> balance(const domain::ledger::Account& account,
                                         base::Currency currency) = 0;
};

/// What a ride may cost, by the place and the time of its request.
class PriceList {
 public:
  virtual ~PriceList() = default;

  /// One tariff for each vehicle type that is offered.
  virtual awaitable<std::vector<domain::fare::Tariff>> offers(domain::geo::Point pickup,
                                                              base::Instant at) = 0;
};

/// Where people are. Asked before a transaction opens.
class LiveMap {
 public:
  virtual ~LiveMap() = default;

  /// Empty when the map is out of reach.
  virtual awaitable<std::optional<domain::ride::Whereabouts>> whereabouts(
      domain::DriverId driver, domain::PassengerId passenger) = 0;
  /// The last sequence of the trip that was metered, 0 for a trip that is not known there; empty
  /// when location is out of reach.
  virtual awaitable<std::optional<domain::geo::Sequence>> metered_through(domain::RideId id) = 0;
};

/// What a way to pay works with.
struct Till {
  MoneyStore& money;
  const PaymentsConfig& config;
  base::Instant now;
};

/// One way to pay. A new method is a new adapter and its row in payment_adapters.cpp.
class PaymentAdapter {
 public:
  virtual ~PaymentAdapter() = default;

  /// Begins the attempt that was just requested, in the commit that keeps it, and says how it
  /// stands then: still pending, or decided already. Other systems are called after the commit.
  /// Refuses with insufficient_funds, and with payment_method_unavailable.
  virtual awaitable<domain::Outcome<domain::ride::PaymentChange>> collect(
      Till till, const RideRecord& record, domain::ride::PaymentChange requested) const = 0;

  /// What the books say once the payment has settled.
  virtual std::vector<domain::ledger::Transfer> transfers(
      const domain::ride::Payment& payment, const domain::ledger::Parties& parties) const = 0;
};

const PaymentAdapter& payment_adapter(domain::ride::PaymentMethod method);

}  // namespace services::rides
