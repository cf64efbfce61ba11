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
  }

  const std::map<std::string, Samples>& operations() const { return operations_; }
  /// By code: what was refused, and "no_answer".
  const std::map<std::string, std::int64_t>& errors() const { return errors_; }

 private:
  std::map<std::string, Samples> operations_;
  std::map<std::string, std::int64_t> errors_;
};

}  // namespace sim
