#pragma once

#include <stdexcept>
#include <string>

namespace platform::postgres {

/// The database can't be reached, didn't answer in time, or is shutting down. Whether a commit in
/// flight took effect is unknown.
struct Unavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Another transaction was in the way (lock timeout, deadlock, serialization): try again.
struct Contended : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A constraint refused the statement; `constraint` is its name in the schema.
struct ConstraintViolated : std::runtime_error {
  ConstraintViolated(const std::string& message, std::string constraint_name)
      : std::runtime_error(message), constraint(std::move(constraint_name)) {}
  std::string constraint;
};

/// The statement is wrong or not permitted: a bug of ours. Carries SQLSTATE and the query's name.
struct StatementFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace platform::postgres
