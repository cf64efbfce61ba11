#pragma once

/// The room of accounts: its operations, ready to be executed.

#include <memory>
#include <vector>

#include "services/binding/commands.hpp"
#include "services/binding/service.hpp"
#include "services/users/accounts/principals.hpp"
#include "services/users/accounts/tokens.hpp"
#include "services/users/config.hpp"

namespace services::users::accounts {

class Accounts {
 public:
  virtual ~Accounts() = default;
  virtual std::vector<binding::BoundCommand> commands() = 0;
  virtual const Tokens& tokens() const = 0;
  virtual Principals& principals() = 0;
  /// Ends what goes on in the background towards other systems. Called before destruction.
  virtual awaitable<void> stop() = 0;
};

std::unique_ptr<Accounts> make_accounts(const binding::Environment& environment,
                                        const UsersConfig& config);

}  // namespace services::users::accounts
