#include "platform/http/trusted_proxies.hpp"

#include <algorithm>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string_view>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace platform::http {
namespace {

namespace ip = boost::asio::ip;
using boost::system::error_code;

/// Every address as version 6, so that 10.0.0.7 and ::ffff:10.0.0.7 are one.
ip::address_v6 widened(const ip::address& address) {
  if (address.is_v6()) return address.to_v6();
  return ip::make_address_v6(ip::v4_mapped, address.to_v4());
}

std::string narrowed(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

/// "192.0.2.1", "192.0.2.1:8080", "2001:db8::1", "[2001:db8::1]:8080".
std::optional<ip::address> parse_address(std::string_view text) {
  if (text.starts_with('[')) {
    text = text.substr(1, std::min(text.find(']'), text.size()) - 1);
  } else if (std::ranges::count(text, ':') == 1) {
    text = text.substr(0, text.find(':'));
  }
  error_code error;
  auto address = ip::make_address(text, error);
  if (error) return {};
  return address;
}

ip::network_v6 parse_network(const std::string& text) {
  const bool is_single = !text.contains('/');
  const bool is_v6 = text.contains(':');
  error_code error;
  if (is_v6) {
    const auto network = ip::make_network_v6(is_single ? text + "/128" : text, error);
    if (!error) return network.canonical();
  } else {
    const auto network = ip::make_network_v4(is_single ? text + "/32" : text, error);
    const auto address = ip::make_address_v6(ip::v4_mapped, network.canonical().address());
    if (!error) return {address, static_cast<unsigned short>(network.prefix_length() + 96)};
  }
  throw std::runtime_error("trusted_proxies: \"" + text + "\" is no address and no network.");
}

bool contains(const ip::network_v6& network, const ip::address_v6& address) {
  return ip::network_v6{address, network.prefix_length()}.canonical() == network;
}

}  // namespace

struct TrustedProxies::Networks {
  std::vector<ip::network_v6> all;
};

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks)
    : networks_(std::make_unique<Networks>()) {
  std::ranges::transform(networks, std::back_inserter(networks_->all), parse_network);
}

TrustedProxies::~TrustedProxies() = default;

bool TrustedProxies::trusts(const std::string& address) const {
  const auto parsed = parse_address(address);
  return parsed && std::ranges::any_of(networks_->all, [&](const auto& network) {
           return contains(network, widened(*parsed));
         });
}

TrustedProxies::Origin TrustedProxies::origin(const std::string& peer, bool secure,
                                              const Headers& headers) const {
  Origin origin{peer, secure};
  if (const auto address = parse_address(peer)) origin.address = narrowed(*address);
  if (networks_->all.empty() || !trusts(peer)) return origin;

  const auto schemes = headers.list("X-Forwarded-Proto");
  if (!schemes.empty()) origin.secure = equal_without_case(schemes.back(), "https");
  for (const auto text : headers.list("X-Forwarded-For") | std::views::reverse) {
    const auto address = parse_address(text);
    if (!address) break;
    origin.address = narrowed(*address);
    if (!trusts(origin.address)) break;
  }
  return origin;
}

}  // namespace platform::http
