#pragma once

/// How often one may ask. Counts are kept in Redis, so that all edges count together; while Redis
/// is away each thread counts for itself.

#include <chrono>
#include <memory>
#include <string>

#include "platform/redis/client.hpp"
#include "platform/runtime/runtime.hpp"

namespace services::users::edge {

using platform::awaitable;

/// At most `count` in each `window`, which begins at a multiple of itself.
struct Limit {
  std::string name;  ///< "user"
  int count = 0;
  std::chrono::seconds window{1};
};

struct Allowance {
  int limit = 0;
  int remaining = 0;              ///< Negative when the limit is passed.
  std::chrono::seconds reset{0};  ///< Until the window ends.

  bool granted() const { return remaining >= 0; }
};

class RateLimits {
 public:
  virtual ~RateLimits() = default;

  /// Counts one request of `who`.
  virtual awaitable<Allowance> take(Limit limit, std::string who) = 0;

  /// Looks without counting.
  virtual awaitable<Allowance> look(Limit limit, std::string who) = 0;
};

std::unique_ptr<RateLimits> make_rate_limits(platform::runtime::Runtime& runtime,
                                             platform::redis::Client& redis);

}  // namespace services::users::edge
