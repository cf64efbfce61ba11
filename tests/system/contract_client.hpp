#pragma once

/// Holds whatever a test sees of the public API to the published documents: a breach fails the
/// test, with the operation's name and the place in the answer.

#include <memory>
#include <string>

#include "platform/http/client.hpp"

namespace tests::system {

/// Sends as `client` does, and looks at each answer.
std::unique_ptr<platform::http::Client> checked(std::unique_ptr<platform::http::Client> client);

/// Of a frame that came to a phone; `answers` is the type of the one that it is the answer to.
void expect_published_frame(const std::string& text, const std::string& answers);

}  // namespace tests::system
