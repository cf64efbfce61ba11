#pragma once

/// An assertion states what only a bug of ours can break. It stays on in release builds: a process
/// that no longer knows its own state must stop before it writes that state down.

namespace base {

/// Prints the expression and its place to stderr and aborts.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace base

#define NEBENGJEK_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::base::assertion_failed(#expression, __FILE__, __LINE__))

/// Marks what no value can reach, as after a switch that names every enumerator.
#define NEBENGJEK_UNREACHABLE(why) ::base::assertion_failed("unreachable: " why, __FILE__, __LINE__)
