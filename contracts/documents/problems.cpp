#include "contracts/documents/problems.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include <boost/describe/enumerators.hpp>
#include <boost/json/array.hpp>
#include <boost/mp11/algorithm.hpp>

#include "base/assert.hpp"
#include "base/json/json.hpp"
#include "contracts/documents/schemas.hpp"

namespace contracts::documents {
namespace {

using boost::json::array;
using boost::json::object;

/// Before any use case is asked: for whom.
enum class When : std::uint8_t { always, with_token, with_role, with_key, on_public_port };

struct Row {
  ErrorCode error;
  When when;
};

// clang-format off
constexpr Row before_the_business[] = {
    {errors::malformed,              When::always},
    {errors::unknown_field,          When::always},
    {errors::invalid,                When::always},
    {errors::unauthenticated,        When::with_token},
    {errors::forbidden,              When::with_role},
    {errors::not_acceptable,         When::on_public_port},
    {errors::request_timeout,        When::always},
    {errors::still_running,          When::with_key},
    {errors::too_large,              When::always},
    {errors::unsupported_media_type, When::on_public_port},
    {errors::key_reused,             When::with_key},
    {errors::too_many_requests,      When::on_public_port},
    {errors::internal,               When::always},
    {errors::unavailable,            When::always},
};
// clang-format on

/// Of no operation: the address or the method is wrong.
constexpr ErrorCode without_operation[] = {errors::no_such_route, errors::method_not_allowed};

bool applies(When when, const OperationRow& row) {
  const bool by_staff = row.role == Role::staff;
  switch (when) {
    case When::always: return true;
    case When::with_token: return row.role != Role::anyone;
    case When::with_role: return row.role == Role::driver || by_staff;
    case When::with_key: return takes_key(row);
    case When::on_public_port: return !by_staff;
  }
  NEBENGJEK_UNREACHABLE("a condition without a case");
}

std::string line_of(const ErrorCode& error) {
  return "- `" + std::string{error.code} + "`: " + std::string{error.title};
}

object response_of(const std::vector<ErrorCode>& alternatives) {
  std::string description;
  array codes;
  object examples;
  for (const auto& error : alternatives) {
    description += (description.empty() ? "" : "\n") + line_of(error);
    codes.emplace_back(boost::json::string_view{error.code});
    examples.emplace(error.code, reference_to(error.code, "examples"));
  }
  object narrowed{{"type", "object"}, {"properties", {{"code", {{"enum", std::move(codes)}}}}}};
  object schema{{"allOf", array{reference_to("Problem"), std::move(narrowed)}}};
  object response{
      {"description", description},
      {"content",
       {{"application/problem+json", {{"schema", schema}, {"examples", std::move(examples)}}}}}};
  const int status = alternatives.front().status;
  if (status == 429 || status == 503) {
    response["headers"] = object{{"Retry-After", reference_to("RetryAfter", "headers")}};
  }
  return response;
}

bool is_rejection(const OperationRow& row, const ErrorCode& error) {
  return std::ranges::any_of(row.rejections, [&](domain::Rejection rejection) {
    return error_of(rejection).code == error.code;
  });
}

/// "malformed_or_unknown_field"
std::string name_of(const std::vector<ErrorCode>& alternatives) {
  std::string name;
  for (const auto& error : alternatives) {
    name += (name.empty() ? "" : "_or_") + std::string{error.code};
  }
  return name;
}

}  // namespace

bool takes_key(const OperationRow& row) {
  return row.changes_something() && row.role != Role::anyone;
}

std::vector<ErrorCode> errors_of(const OperationRow& row) {
  std::vector<ErrorCode> found;
  for (const auto& [error, when] : before_the_business) {
    if (applies(when, row)) found.push_back(error);
  }
  for (const auto rejection : row.rejections) found.push_back(error_of(rejection));
  // Two who change the same at once, where no rule of the operation saw it.
  if (row.changes_something() && !row.rejections.contains(domain::Rejection::conflict)) {
    found.push_back(error_of(domain::Rejection::conflict));
  }
  return found;
}

object problem_responses(const OperationRow& row, object& shared) {
  std::map<int, std::vector<ErrorCode>> by_status;
  for (const auto& error : errors_of(row)) by_status[error.status].push_back(error);
  object responses;
  for (const auto& [status, alternatives] : by_status) {
    auto response = response_of(alternatives);
    const bool is_shared = std::ranges::none_of(
        alternatives, [&](const ErrorCode& error) { return is_rejection(row, error); });
    if (is_shared) {
      const auto name = name_of(alternatives);
      shared[name] = std::exchange(response, reference_to(name, "responses"));
    }
    responses.emplace(std::to_string(status), std::move(response));
  }
  return responses;
}

std::vector<ErrorCode> all_errors() {
  std::vector<ErrorCode> all;
  for (const auto& [error, when] : before_the_business) all.push_back(error);
  std::ranges::copy(without_operation, std::back_inserter(all));
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<domain::Rejection>>(
      [&](auto enumerator) { all.push_back(error_of(enumerator.value)); });
  return all;
}

object problem_examples() {
  object examples;
  for (const auto& error : all_errors()) {
    examples.emplace(error.code, object{{"summary", boost::json::string_view{error.title}},
                                        {"value", base::json::encode(problem(error))}});
  }
  return examples;
}

}  // namespace contracts::documents
