#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/http/message.hpp"

namespace platform::http {

/// Who a request comes from, when it may have come through proxies.
class TrustedProxies {
 public:
  /// Each is an address or a network: "10.0.0.7", "10.0.0.0/8", "fd00::/8". Throws
  /// std::runtime_error on anything else.
  explicit TrustedProxies(const std::vector<std::string>& networks);
  ~TrustedProxies();

  struct Origin {
    std::string address;
    bool secure = false;
  };

  /// What `headers` say about the client, if `peer` may be believed: the rightmost address of
  /// X-Forwarded-For that is not a trusted proxy, and X-Forwarded-Proto. Else `peer` itself.
  Origin origin(const std::string& peer, bool secure, const Headers& headers) const;

 private:
  struct Networks;
  bool trusts(const std::string& address) const;

  std::unique_ptr<Networks> networks_;
};

}  // namespace platform::http
