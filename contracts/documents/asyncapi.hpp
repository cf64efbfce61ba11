#pragma once

#include <boost/json/object.hpp>

namespace contracts::documents {

/// The WebSocket and what services say to each other over NATS, as AsyncAPI 3.0: frames, commands,
/// events, signals. Committed as contracts/asyncapi.yaml; `./dev contract` writes it.
boost::json::object asyncapi();

}  // namespace contracts::documents
