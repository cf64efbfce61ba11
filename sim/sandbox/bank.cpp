#include "sim/sandbox/bank.hpp"

#include <utility>

namespace sim::sandbox {

std::optional<Bank::Placed> Bank::place(Kind kind, const std::string& key, base::Money amount,
                                        const std::string& charge) {
  if (const auto known = entries_.find(key); known != entries_.end()) {
    return Placed{.order = known->second.order, .is_new = false};
  }
  if (kind == Kind::refund && !may_refund(charge, amount)) return {};
  const Order order{.key = key, .amount = amount, .reason = {}};
  entries_[key] = {.order = order, .kind = kind, .charge = charge};
  return Placed{.order = order, .is_new = true};
}

std::optional<Order> Bank::find(const std::string& key) const {
  const auto known = entries_.find(key);
  if (known == entries_.end()) return {};
  return known->second.order;
}

std::optional<Order> Bank::decide(const std::string& key, Status status, std::string reason) {
  const auto known = entries_.find(key);
  if (known == entries_.end()) return {};
  auto& order = known->second.order;
  order.status = status;
  order.reason.reset();
  if (!reason.empty()) order.reason = std::move(reason);
  return order;
}

std::int64_t Bank::settled(Kind kind) const {
  std::int64_t sum = 0;
  for (const auto& [key, entry] : entries_) {
    if (entry.kind == kind && entry.order.status == Status::settled) {
      sum += entry.order.amount.amount;
    }
  }
  return sum;
}

bool Bank::may_refund(const std::string& charge, base::Money amount) const {
  const auto charged = entries_.find(charge);
  if (charged == entries_.end() || charged->second.order.status != Status::settled) return false;
  auto left = charged->second.order.amount;
  for (const auto& [key, entry] : entries_) {
    const bool counts = entry.kind == Kind::refund && entry.charge == charge &&
                        entry.order.status != Status::failed;
    if (counts) left = left - entry.order.amount;
  }
  return !(left < amount);
}

bool is_unlucky(base::Money amount) {
  constexpr int ending = 100;
  constexpr int unlucky = 13;
  return amount.amount % ending == unlucky;
}

}  // namespace sim::sandbox
