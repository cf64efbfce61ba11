#pragma once

/// Keeps retries from becoming a storm: each first try earns a tenth of a retry, each retry spends
/// one. A small reserve lets a quiet caller retry at all. Used from one thread.

#include <algorithm>

namespace platform::resilience {

struct RetryBudgetConfig {
  int percent = 10;  ///< Retries per hundred first tries.
  int reserve = 10;  ///< Retries that can be saved up, and the start.
};

class RetryBudget {
 public:
  explicit RetryBudget(RetryBudgetConfig config = {}) : config_(config), balance_(full()) {}

  void earn() { balance_ = std::min(balance_ + config_.percent, full()); }

  /// Spends one retry, if there is one.
  bool spend() {
    if (balance_ < cost) return false;
    balance_ -= cost;
    return true;
  }

 private:
  static constexpr int cost = 100;  // a retry, in percents of one
  int full() const { return config_.reserve * cost; }

  RetryBudgetConfig config_;
  int balance_;
};

}  // namespace platform::resilience
