#include "platform/http/trusted_proxies.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace platform::http {
namespace {

struct Row {
  const char* what;
  const char* peer;
  Headers headers;
  const char* address;
  bool secure;
};

TEST(TrustedProxies, believes_only_trusted_addresses) {
  const TrustedProxies proxies{{"10.0.0.7", "10.1.0.0/16", "fd00::/8"}};
  const Row table[] = {
      {"no proxy", "203.0.113.5", {}, "203.0.113.5", false},
      {"a stranger's claim",
       "203.0.113.5",
       {{"X-Forwarded-For", "127.0.0.1"}, {"X-Forwarded-Proto", "https"}},
       "203.0.113.5",
       false},
      {"a proxy that says nothing", "10.0.0.7", {}, "10.0.0.7", false},
      {"one proxy",
       "10.0.0.7",
       {{"X-Forwarded-For", "203.0.113.5"}, {"X-Forwarded-Proto", "https"}},
       "203.0.113.5",
       true},
      {"a chain", "10.0.0.7", {{"X-Forwarded-For", "203.0.113.5, 10.1.2.3"}}, "203.0.113.5", false},
      {"a client's own claim in front",
       "10.0.0.7",
       {{"X-Forwarded-For", "127.0.0.1, 203.0.113.5"}},
       "203.0.113.5",
       false},
      {"several headers",
       "10.0.0.7",
       {{"X-Forwarded-For", "127.0.0.1"}, {"x-forwarded-for", "203.0.113.5"}},
       "203.0.113.5",
       false},
      {"with ports", "10.0.0.7", {{"X-Forwarded-For", "203.0.113.5:4711"}}, "203.0.113.5", false},
      {"version 6", "fd00::1", {{"X-Forwarded-For", "[2001:db8::1]:80"}}, "2001:db8::1", false},
      {"mapped peer",
       "::ffff:10.0.0.7",
       {{"X-Forwarded-For", "::ffff:203.0.113.5"}},
       "203.0.113.5",
       false},
      {"nonsense ends the chain",
       "10.0.0.7",
       {{"X-Forwarded-For", "203.0.113.5, <script>"}},
       "10.0.0.7",
       false},
      {"the last scheme counts",
       "10.0.0.7",
       {{"X-Forwarded-Proto", "https, http"}},
       "10.0.0.7",
       false},
  };
  for (const auto& row : table) {
    const auto origin = proxies.origin(row.peer, false, row.headers);
    EXPECT_EQ(origin.address, row.address) << row.what;
    EXPECT_EQ(origin.secure, row.secure) << row.what;
  }
}

TEST(TrustedProxies, refuses_what_is_no_network) {
  for (const auto* text : {"", "proxy.example", "10.0.0.0/33", "10.0.0/8", "fd00::/129"})
    EXPECT_THROW(TrustedProxies{{text}}, std::runtime_error) << text;
}

}  // namespace
}  // namespace platform::http
