#pragma once

/// From a method and a path to a row of a table, and the parameters that the path holds.

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/http/message.hpp"

namespace platform::http {

class Router {
 public:
  using Parameters = std::vector<std::pair<std::string, std::string>>;

  struct Match {
    std::size_t index = 0;
    Parameters parameters;  ///< By name, in the order of the path.
  };

  /// The path is unknown (404), or known for other methods (405, whose Allow header this is).
  struct Miss {
    std::string allow;
    int status() const { return allow.empty() ? 404 : 405; }
  };

  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// Makes `method` on "/v1/rides/{ride_id}/arrive" lead to `index`. A segment is a literal or a
  /// parameter; literals win, and "/" at the end counts. Two rows for the same thing are a bug.
  void add(Method method, std::string_view pattern, std::size_t index);

  /// `path` is decoded. A parameter is never empty. HEAD is answered by GET's row where it has none
  /// of its own.
  std::expected<Match, Miss> find(Method method, std::string_view path) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace platform::http
