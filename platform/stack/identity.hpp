#pragma once

/// PostgreSQL refuses to run as root. So root gives it another identity: its own number in a user
/// namespace, where files stay root's outside; or, where namespaces are refused, an ordinary user.

#include <cstdint>
#include <filesystem>

#include <sys/types.h>

namespace platform::stack {

struct Identity {
  enum class Means : std::uint8_t { as_we_are, user_namespace, other_user };

  Means means = Means::as_we_are;
  uid_t user = 0;
  gid_t group = 0;
};

/// An identity other than root for a program that works in `data_folder`. With `other_user`, the
/// folder's contents are given to that user. Throws CannotStart when that user can't get there.
Identity identity_for(const std::filesystem::path& program,
                      const std::filesystem::path& data_folder);

/// In a forked child: becomes `identity`. Async-signal-safe; false when refused.
bool assume(const Identity& identity);

}  // namespace platform::stack
