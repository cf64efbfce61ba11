#pragma once

/// The documents of contracts/documents/pages.hpp that are the same for everybody and for the whole
/// life of the program: the contract, and the page that draws it.

#include <optional>

#include "platform/http/message.hpp"

namespace services::users::edge {

/// The document at the request's path, or 304 when the client has it already; nothing when there is
/// none.
std::optional<platform::http::Response> find_document(const platform::http::Request& request);

}  // namespace services::users::edge
