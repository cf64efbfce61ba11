#pragma once

/// Whether anybody may log in to an account. Staff block and unblock it; its owner deletes it.

#include <cstdint>

#include <boost/describe/enum.hpp>

#include "domain/rejection.hpp"

namespace domain::identity {

enum class AccountState : std::uint8_t { open, blocked, deleted };
BOOST_DESCRIBE_ENUM(AccountState, open, blocked, deleted)

enum class AccountCommand : std::uint8_t { block, unblock };
BOOST_DESCRIBE_ENUM(AccountCommand, block, unblock)

struct AccountStep {
  AccountState from;
  AccountCommand command;
  AccountState to;
};

/// Every legal step of staff is one row.
// clang-format off
inline constexpr AccountStep account_steps[] = {
    {AccountState::open,    AccountCommand::block,   AccountState::blocked},
    {AccountState::blocked, AccountCommand::unblock, AccountState::open},
};
// clang-format on

/// The state after `command`. Of a deleted account not_found, else illegal_transition.
Outcome<AccountState> decide(AccountState state, AccountCommand command);

/// Asked only once the right code was given: who can't read the number's texts learns nothing.
/// Refuses with account_blocked, and with not_found what is deleted.
Outcome<void> check_may_log_in(AccountState state);

}  // namespace domain::identity
