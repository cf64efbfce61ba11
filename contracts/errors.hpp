#pragma once

/// Error codes: what each refusal is called on the wire, its HTTP status, and a sentence for
/// people. The code is the contract; the sentence may be reworded.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/json/json.hpp"
#include "base/money.hpp"
#include "domain/rejection.hpp"

namespace contracts {

struct ErrorCode {
  std::string_view code;
  int status;
  std::string_view title;
};

/// Of a business rejection. Its code is the enumerator's name.
const ErrorCode& error_of(domain::Rejection rejection);

/// Refusals that come before the business is asked.
namespace errors {

inline constexpr ErrorCode malformed{"malformed", 400, "The body is not JSON that can be read"};
inline constexpr ErrorCode unknown_field{"unknown_field", 400,
                                         "The body has a field that is not known"};
inline constexpr ErrorCode invalid{"invalid", 422, "A value is missing or not acceptable"};
inline constexpr ErrorCode unauthenticated{"unauthenticated", 401,
                                           "A valid access token is needed"};
inline constexpr ErrorCode forbidden{"forbidden", 403, "The caller may not do this"};
inline constexpr ErrorCode no_such_route{"no_such_route", 404, "There is nothing at this address"};
inline constexpr ErrorCode method_not_allowed{"method_not_allowed", 405,
                                              "The address exists, the method doesn't"};
inline constexpr ErrorCode not_acceptable{"not_acceptable", 406,
                                          "Only application/json is answered"};
inline constexpr ErrorCode request_timeout{"request_timeout", 408,
                                           "The request did not arrive in time"};
inline constexpr ErrorCode still_running{
    "still_running", 409, "A request with this Idempotency-Key is being carried out"};
inline constexpr ErrorCode too_large{"too_large", 413, "The body is too large"};
inline constexpr ErrorCode unsupported_media_type{"unsupported_media_type", 415,
                                                  "The body must be application/json"};
inline constexpr ErrorCode key_reused{"idempotency_key_reused", 422,
                                      "This Idempotency-Key was used for another request"};
inline constexpr ErrorCode too_many_requests{"too_many_requests", 429,
                                             "Too many requests: wait as Retry-After says"};
inline constexpr ErrorCode internal{"internal", 500, "We made a mistake; it has been recorded"};
inline constexpr ErrorCode unavailable{
    "unavailable", 503,
    "A part of the service is out of reach: try again with the same Idempotency-Key"};

}  // namespace errors

/// One field that is not as it should be.
struct FieldProblem {
  std::string field;  ///< "pickup.latitude"
  std::string message;
};
BOOST_DESCRIBE_STRUCT(FieldProblem, (), (field, message))

/// The body of every error: RFC 9457 over HTTP, `data` of an error frame over WebSocket, and what a
/// service answers over NATS.
struct Problem {
  std::string type;  ///< "urn:nebengjek:problem:<code>"
  std::string title;
  int status = 0;
  std::string code;
  std::optional<std::string> detail;
  std::optional<std::vector<FieldProblem>> errors;
  std::optional<base::Money> balance;  ///< With wallet_not_empty: what would be lost.
  std::optional<std::string> trace_id;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (type, title, status, code, detail, errors, balance, trace_id))

Problem problem(const ErrorCode& error, std::optional<std::string> detail = {});

/// What a caller needs beside the code of a rejection, to do something about it.
struct Explanation {
  std::optional<base::Money> balance = {};
};
Problem problem(domain::Rejection rejection, const Explanation& explanation = {});

/// 400 when a field is unknown, else 422, with every problem named.
Problem problem(const base::json::Problems& problems);

}  // namespace contracts
