#include "platform/stack/port.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <random>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "platform/stack/descriptor.hpp"

namespace platform::stack {
namespace {

/// A socket on 127.0.0.1 that waits at most half a second: a server that is stopped accepts
/// connections and says nothing.
class LocalSocket {
 public:
  LocalSocket() : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = 0, .tv_usec = 500'000};
    set(SO_RCVTIMEO, limit);
    set(SO_SNDTIMEO, limit);
    set(SO_REUSEADDR, 1);  // Connections that linger after a server's end are not in the way.
  }

  bool listen_on(int port) {
    auto address = local(port);
    return bind(number(), pointer(address), sizeof address) == 0 && listen(number(), 1) == 0;
  }

  int port() {
    auto address = local(0);
    socklen_t size = sizeof address;
    getsockname(number(), pointer(address), &size);
    return ntohs(address.sin_port);
  }

  bool connect_to(int port) {
    auto address = local(port);
    return connect(number(), pointer(address), sizeof address) == 0;
  }

  void write(std::string_view text) { send(number(), text.data(), text.size(), MSG_NOSIGNAL); }

  /// Empty when the other side has closed or is silent.
  std::string read() {
    std::array<char, 1024> part{};
    const auto size = recv(number(), part.data(), part.size(), 0);
    return {part.data(), static_cast<std::size_t>(size > 0 ? size : 0)};
  }

 private:
  static sockaddr_in local(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
  }
  static sockaddr* pointer(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }
  template <class Value>
  void set(int option, Value value) {
    setsockopt(number(), SOL_SOCKET, option, &value, sizeof value);
  }
  int number() const { return descriptor_.number(); }

  Descriptor descriptor_;
};

constexpr int servers_from = 15'000;

/// The lowest port that the system gives to clients by itself.
int clients_from() {
  constexpr int unless_it_is_said = 32'768;  // Linux, net.ipv4.ip_local_port_range
  std::ifstream range{"/proc/sys/net/ipv4/ip_local_port_range"};
  int lowest = 0;
  return range >> lowest ? std::max(lowest, servers_from + 1) : unless_it_is_said;
}

}  // namespace

bool is_free(int port) { return LocalSocket{}.listen_on(port); }

int any_free_port() {
  constexpr int tries_max = 100;
  std::random_device random;
  std::uniform_int_distribution port{servers_from, clients_from() - 1};
  for (int tries = 0; tries < tries_max && port.max() > port.min(); ++tries) {
    const int candidate = port(random);
    if (is_free(candidate)) return candidate;
  }
  LocalSocket socket;
  socket.listen_on(0);
  return socket.port();
}

bool answers_with(int port, std::string_view request, std::string_view expected) {
  LocalSocket socket;
  if (!socket.connect_to(port)) return false;
  socket.write(request);
  std::string answer;
  for (auto part = socket.read(); !part.empty(); part = socket.read()) {
    answer += part;
    if (answer.contains(expected)) return true;
  }
  return false;
}

}  // namespace platform::stack
