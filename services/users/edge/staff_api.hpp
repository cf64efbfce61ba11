#pragma once

/// Operators' calls: the rows of contracts/operations.hpp for staff, behind scoped API keys, on the
/// admin port.

#include <memory>

#include "platform/http/message.hpp"
#include "services/users/edge/gateway.hpp"

namespace services::users::edge {

class StaffApi {
 public:
  virtual ~StaffApi() = default;
  /// 401 without a valid key in `Authorization: Bearer`, 403 without the row's scope.
  virtual awaitable<platform::http::Response> answer(platform::http::Request request) = 0;
};

std::unique_ptr<StaffApi> make_staff_api(const binding::Environment& environment, Gateway& gateway);

}  // namespace services::users::edge
