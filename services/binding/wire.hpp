#pragma once

/// How a call and its answer travel over NATS: who and what for in headers, JSON in the body. And
/// how an answer is kept under its idempotency key.

#include <string>
#include <string_view>

#include "platform/bus/connection.hpp"
#include "services/binding/commands.hpp"

namespace services::binding {

platform::bus::MessageHeaders headers_of(const Call& call);
Call call_of(const platform::bus::Message& message);

platform::bus::MessageHeaders headers_of(const Answer& answer);
/// An answer without a status is one that we did not write: 500.
Answer answer_of(const platform::bus::Message& message);

/// "403 {...}"
std::string to_kept(const Answer& answer);
Answer answer_of_kept(std::string_view text);

}  // namespace services::binding
