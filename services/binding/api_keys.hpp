#pragma once

/// Who holds an API key. Keys are kept by users, whom every service asks; the answer is believed
/// for a few seconds, so that a revoked key is refused everywhere within that time.

#include <map>
#include <optional>
#include <string>

#include "contracts/errors.hpp"
#include "contracts/staff.hpp"
#include "platform/runtime/runtime.hpp"
#include "services/binding/switchboard.hpp"

namespace services::binding {

class ApiKeys {
 public:
  ApiKeys(const platform::runtime::Runtime& runtime, Switchboard& switchboard)
      : runtime_(runtime), switchboard_(switchboard) {}

  /// The caller that a valid key stands for. Else the refusal: 401, or 503 while users is out of
  /// reach.
  awaitable<std::expected<Caller, contracts::Problem>> find(std::string presented,
                                                            std::string trace);

 private:
  struct Known {
    Caller caller;
    base::Instant until;
  };

  const Known* remembered(const std::string& digest) const;
  void remember(std::string digest, Known known);

  const platform::runtime::Runtime& runtime_;
  Switchboard& switchboard_;
  std::map<std::string, Known> known_;  ///< By the digest of the key.
};

}  // namespace services::binding
