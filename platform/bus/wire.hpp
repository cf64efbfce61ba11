#pragma once

/// One connection of cnats: reconnects for ever and restores its subscriptions. Thread-safe. The
/// library is seen by this file's source only.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "platform/bus/connection.hpp"
#include "platform/bus/mailbox.hpp"

namespace platform::bus {

/// When published bytes go to the socket. At once is ten times sooner and five times slower.
enum class Sending : std::uint8_t { at_once, in_bulk };

class Wire {
 public:
  virtual ~Wire() = default;

  virtual bool connected() const = 0;

  /// False when there is no connection or it does not take the bytes in time.
  virtual bool publish(const std::string& subject, const std::string& reply_to,
                       std::string_view data, const MessageHeaders& headers) = 0;

  /// Fills the mailbox until the Subscription is destroyed, which closes the mailbox. Survives
  /// reconnection, and may be made while there is no connection.
  virtual std::unique_ptr<Subscription> subscribe(const std::string& subject,
                                                  const std::string& queue,
                                                  std::shared_ptr<Mailbox> mailbox) = 0;
};

/// Throws Unavailable when the server refuses us.
std::unique_ptr<Wire> make_wire(const Config& config, Sending sending);

}  // namespace platform::bus
