#pragma once

/// What was asked of the API, how long it took, and what was refused.

#include <cstdint>
#include <map>
#include <string>

#include "sim/api_client.hpp"
#include "sim/samples.hpp"

namespace sim {

class Traffic {
 public:
  void add(const Exchange& exchange) {
    auto& operation = operations_[std::string{exchange.operation.name}];
    operation.add(exchange.took);
    if (!exchange.code.empty()) ++errors_[exchange.code];
    if (exchange.status == 0 || exchange.status >= 500) ++failures_;
  }

  const std::map<std::string, Samples>& operations() const { return operations_; }
  /// By code: what was refused, and "no_answer".
  const std::map<std::string, std::int64_t>& errors() const { return errors_; }
  /// Tries without an answer, or with 5xx.
  std::int64_t failures() const { return failures_; }

 private:
  std::map<std::string, Samples> operations_;
  std::map<std::string, std::int64_t> errors_;
  std::int64_t failures_ = 0;
};

}  // namespace sim
