#pragma once

/// Plays the providers that the backend calls, for development and tests: a small HTTP server that
/// keeps all in memory.
///
///   POST /v1/charges   {"customer", "amount", "description"}   Idempotency-Key; 201, again 200
///   POST /v1/refunds   {"charge", "amount"}                    the same; 422 where it is too much
///   POST /v1/payouts   {"account", "amount"}                   the same
///   GET  /v1/orders/{key}                                      404 where there is none
///   POST /sms/messages {"to", "text"}                          202
///   GET  /sms/messages?to=+62...                               what was sent there, oldest first
///   POST /sandbox/orders/{key}/settle, .../fail                decides by hand, also a second time
///
/// All need `Authorization: Bearer <api_key>`. Each change of an order is told to `webhook_url`,
/// signed in the headers Webhook-Timestamp and Webhook-Signature: "v1=" and the HMAC-SHA256, in
/// hex, of timestamp, full stop and body.

#include <memory>
#include <string>

#include "platform/runtime/runtime.hpp"
#include "sim/sandbox/bank.hpp"
#include "sim/sandbox/behaviour.hpp"

namespace sim::sandbox {

struct SandboxConfig {
  std::string address = "127.0.0.1";
  int port = 0;  ///< 0: any.
  std::string api_key;
  std::string webhook_url;  ///< Empty: there are no webhooks.
  std::string webhook_secret;
  std::uint64_t seed = 1;
};

class Sandbox {
 public:
  virtual ~Sandbox() = default;

  virtual int port() const = 0;
  /// For the requests from now on.
  virtual void behave(Behaviour behaviour) = 0;
  /// What it remembers.
  virtual Bank& bank() = 0;
  /// Decides an order by hand and tells of it.
  virtual void decide(const std::string& key, Status status) = 0;
  /// Called before destruction. What it has spawned ends with the runtime's tasks.
  virtual platform::awaitable<void> stop() = 0;
};

/// Throws std::runtime_error with a sentence when the port is taken.
std::unique_ptr<Sandbox> make_sandbox(platform::runtime::Runtime& runtime, SandboxConfig config,
                                      Behaviour behaviour);

/// "v1=...": how a webhook is signed.
std::string webhook_signature(const std::string& secret, const std::string& timestamp,
                              const std::string& body);

}  // namespace sim::sandbox
