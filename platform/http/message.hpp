#pragma once

/// HTTP requests and responses as plain values.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platform::http {

/// Compares ASCII letters without case, as HTTP does with names and most tokens.
bool equal_without_case(std::string_view a, std::string_view b);

enum class Method : std::uint8_t { get, head, post, put, patch, del, options };

inline constexpr std::size_t method_count = 7;

std::string_view name(Method method);
std::optional<Method> parse_method(std::string_view name);

using Header = std::pair<std::string, std::string>;

/// Header names are compared without case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> headers) : headers_(headers) {}
  /// The first of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  /// Replaces all of that name.
  void set(std::string_view name, std::string value);
  /// Keeps what is there, as for Set-Cookie.
  void add(std::string name, std::string value);
  std::size_t count(std::string_view name) const;
  /// The elements of all comma-separated lists under `name`, in order.
  std::vector<std::string_view> list(std::string_view name) const;
  /// Whether one of them is `token`, without case.
  bool has_token(std::string_view name, std::string_view token) const;
  std::size_t size() const { return headers_.size(); }
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
