#pragma once

#include <string>

#include "platform/http/message.hpp"

namespace services::users::edge {

/// A webhook as contracts::SignedMessage, in JSON: the headers that sign it, and the body byte for
/// byte, which only the receiver reads.
std::string signed_message(const platform::http::Request& request);

}  // namespace services::users::edge
