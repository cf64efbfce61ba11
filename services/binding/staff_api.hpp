#pragma once

/// Operators' calls on the admin port: the rows of contracts/operations.hpp for staff, behind
/// scoped API keys. A service answers its own; users, where the operators' console is, answers
/// those of all services.

#include <memory>

#include "platform/http/message.hpp"
#include "services/binding/service.hpp"

namespace services::binding {

class StaffApi {
 public:
  virtual ~StaffApi() = default;
  /// 401 without a valid key in `Authorization: Bearer`, 403 without the row's scope.
  virtual platform::awaitable<platform::http::Response> answer(platform::http::Request request) = 0;
};

std::unique_ptr<StaffApi> make_staff_api(const Environment& environment, Service& service);

}  // namespace services::binding
