#pragma once

/// The payment provider's memory: orders by key. Pure: no time, no network, no dice.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/json/json.hpp"
#include "base/money.hpp"

namespace sim::sandbox {

enum class Kind : std::uint8_t { charge, refund, payout };
BOOST_DESCRIBE_ENUM(Kind, charge, refund, payout)

enum class Status : std::uint8_t { pending, settled, failed };
BOOST_DESCRIBE_ENUM(Status, pending, settled, failed)

/// As it is answered and told by webhook.
struct Order {
  std::string key;
  Status status = Status::pending;
  base::Money amount;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(Order, (), (key, status, amount, reason))

class Bank {
 public:
  struct Placed {
    Order order;
    bool is_new = false;
  };

  /// The order of this key, new or as it stands; empty when a refund is refused: its charge has not
  /// settled, or more would be given back than was charged.
  std::optional<Placed> place(Kind kind, const std::string& key, base::Money amount,
                              const std::string& charge);
  std::optional<Order> find(const std::string& key) const;

  /// Decides, or changes its mind; empty where there is no such order.
  std::optional<Order> decide(const std::string& key, Status status, std::string reason);

  /// What moved for good: charges less refunds and payouts.
  std::int64_t settled(Kind kind) const;

 private:
  struct Entry {
    Order order;
    Kind kind = Kind::charge;
    std::string charge;
  };

  bool may_refund(const std::string& charge, base::Money amount) const;

  std::map<std::string, Entry> entries_;
};

/// Declined whatever the behaviour: so that a test can choose it.
bool is_unlucky(base::Money amount);

}  // namespace sim::sandbox
