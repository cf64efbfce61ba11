#include "platform/http/transport/url.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace platform::http::transport {
namespace {

struct Scheme {
  std::string_view prefix;
  bool secure;
  std::string_view port;
};

// clang-format off
constexpr Scheme schemes[] = {
    {"http://",  false, "80" },
    {"https://", true,  "443"},
    {"ws://",    false, "80" },
    {"wss://",   true,  "443"},
};
// clang-format on

[[noreturn]] void refuse(std::string_view text) {
  throw std::invalid_argument("not an absolute http, https, ws or wss URL: " + std::string{text});
}

bool is_printable(char c) { return c > ' ' && c < 0x7f; }

std::pair<std::string_view, std::string_view> split_port(std::string_view authority) {
  const auto colon = authority.find_last_of(":]");
  if (colon == authority.npos || authority[colon] == ']') return {authority, {}};
  return {authority.substr(0, colon), authority.substr(colon + 1)};
}

std::string_view without_brackets(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) return host.substr(1, host.size() - 2);
  return host;
}

}  // namespace

Url parse_url(std::string_view text) {
  const auto* scheme =
      std::ranges::find_if(schemes, [&](auto& each) { return text.starts_with(each.prefix); });
  if (scheme == std::end(schemes) || !std::ranges::all_of(text, is_printable)) refuse(text);

  const auto rest = text.substr(scheme->prefix.size());
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  const auto target = rest.substr(authority.size(), rest.find('#') - authority.size());
  const auto [host, port] = split_port(authority);
  if (host.empty() || authority.contains('@')) refuse(text);

  return {.secure = scheme->secure,
          .host = std::string{without_brackets(host)},
          .port = std::string{port.empty() ? scheme->port : port},
          .authority = std::string{authority},
          .target = (target.starts_with('/') ? "" : "/") + std::string{target}};
}

}  // namespace platform::http::transport
