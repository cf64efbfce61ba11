#pragma once

/// From SQLSTATE to the failures of errors.hpp.

#include <cstdint>
#include <string>
#include <string_view>

namespace platform::postgres {

enum class Failure : std::uint8_t { unavailable, contended, constraint_violated, statement_failed };

/// What the five characters of PostgreSQL's appendix A mean to a caller of ours. A failure without
/// SQLSTATE is one of the connection.
Failure classify(std::string_view sqlstate);

/// Throws the class of `sqlstate`.
[[noreturn]] void throw_failure(std::string_view sqlstate, const std::string& message,
                                const std::string& constraint);

}  // namespace platform::postgres
