#pragma once

/// What an operation of the API is: one row that says its path, frame type, subject, role and
/// types. The edge walks the rows, a service binds a use case to each, tests read them.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <boost/describe/enum.hpp>

#include "domain/rejection.hpp"

namespace contracts {

enum class Method : std::uint8_t { get, post, put, patch, del };

/// Who may call. Every user is a passenger; a driver is a user with an approved vehicle.
enum class Role : std::uint8_t {
  anyone,   ///< No token.
  user,     ///< A token.
  driver,   ///< A token of a driver who was approved; also suspended ones, who end their ride.
  staff,    ///< An API key with the row's scope, on the admin port.
  service,  ///< Another service, over NATS only.
};

/// Who decides: the service that serves the row's subject.
enum class Owner : std::uint8_t { users, location, match, rides };
BOOST_DESCRIBE_ENUM(Owner, users, location, match, rides)

/// The rejections an operation may answer with.
class Rejections {
 public:
  template <class... Reasons>
  constexpr explicit(false) Rejections(Reasons... reasons) : size_(sizeof...(reasons)) {
    static_assert(sizeof...(reasons) <= capacity);
    std::size_t i = 0;
    ((list_[i++] = reasons), ...);
  }
  constexpr auto begin() const { return list_.begin(); }
  constexpr auto end() const { return list_.begin() + size_; }
  constexpr bool contains(domain::Rejection reason) const {
    return std::find(begin(), end(), reason) != end();
  }

 private:
  static constexpr std::size_t capacity = 12;
  std::array<domain::Rejection, capacity> list_{};
  std::ptrdiff_t size_;
};

struct OperationRow {
  std::string_view name;     ///< operationId: "start_ride".
  std::string_view summary;  ///< One sentence for whoever calls it.
  Method method;
  std::string_view path;   ///< "/v1/rides/{ride_id}/start"; empty for Role::service.
  std::string_view frame;  ///< WebSocket type, "ride.start"; empty where there is none.
  Owner owner;
  std::string_view subject;  ///< "rides.start".
  Role role;
  int status;  ///< Of success.
  Rejections rejections;
  std::string_view scope{};  ///< Of the API key, for Role::staff.

  /// Honours Idempotency-Key: all that change something do.
  constexpr bool changes_something() const { return method != Method::get; }
};

template <class RequestType, class AnswerType>
struct Operation : OperationRow {
  using Request = RequestType;
  using Answer = AnswerType;
};

}  // namespace contracts
