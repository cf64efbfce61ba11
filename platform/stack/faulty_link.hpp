#pragma once

/// A TCP link between the program and one of its servers that can be made to misbehave, on a thread
/// of its own. What goes wrong goes wrong for connections that are open and for new ones.

#include <chrono>
#include <cstdint>
#include <memory>
#include <ostream>

namespace platform::stack {

enum class LinkFault : std::uint8_t {
  none,
  refused,  ///< Nobody listens, and what was open is closed.
  silent,   ///< Packets vanish both ways: connections open, and nothing ever arrives.
  slow,     ///< Everything takes longer by `slowness`, each way.
  reset,    ///< Connections are torn down as soon as they are used.
};
inline constexpr std::chrono::milliseconds slowness{400};

const char* name_of(LinkFault fault);
void PrintTo(LinkFault fault, std::ostream* out);

class FaultyLink {
 public:
  virtual ~FaultyLink() = default;

  /// Where to connect instead; stays the same.
  virtual int port() const = 0;

  /// From now on. Returns when it is so.
  virtual void set(LinkFault fault) = 0;
};

/// To a server on this machine.
std::unique_ptr<FaultyLink> make_faulty_link(int server_port);

}  // namespace platform::stack
