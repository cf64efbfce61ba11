#pragma once

/// HTTP requests and responses as plain values.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platform::http {

enum class Method : std::uint8_t { get, head, post, put, patch, del, options };

std::string_view name(Method method);

using Header = std::pair<std::string, std::string>;

/// Header names are compared without case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> headers) : headers_(headers) {}
  std::optional<std::string_view> find(std::string_view name) const;
  void set(std::string_view name, std::string value);
  auto begin() const { return headers_.begin(); }
  auto end() const { return headers_.end(); }

 private:
  std::vector<Header> headers_;
};

struct Request {
  Method method = Method::get;
  std::string path;                                        ///< Decoded, without the query.
  std::vector<std::pair<std::string, std::string>> query;  ///< Decoded, in order.
  Headers headers;
  std::string body;
  std::string remote_address;  ///< Of the client, as far as trusted proxies tell.
  bool secure = false;         ///< Came over TLS, here or at a trusted proxy.

  std::optional<std::string_view> query_value(std::string_view name) const;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

}  // namespace platform::http
