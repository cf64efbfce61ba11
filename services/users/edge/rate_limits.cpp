#include "services/users/edge/rate_limits.hpp"

#include <map>
#include <utility>

namespace services::users::edge {
namespace {

namespace redis = platform::redis;

class RedisRateLimits final : public RateLimits {
 public:
  RedisRateLimits(platform::runtime::Runtime& runtime, redis::Client& redis)
      : runtime_(runtime), redis_(redis) {}

  awaitable<Allowance> take(Limit limit, std::string who) override {
    const auto window = window_of(limit);
    const auto key = redis_.key("rate:" + limit.name + ':' + who + ':' + std::to_string(window));
    co_return allowance(limit, co_await count(key, limit));
  }

  awaitable<Allowance> look(Limit limit, std::string who) override {
    const auto window = window_of(limit);
    const auto key = redis_.key("rate:" + limit.name + ':' + who + ':' + std::to_string(window));
    co_return allowance(limit, co_await current(key));
  }

 private:
  std::int64_t window_of(const Limit& limit) const {
    return base::unix_ms(runtime_.now()) / 1000 / limit.window.count();
  }

  Allowance allowance(const Limit& limit, std::int64_t used) const {
    const auto second = base::unix_ms(runtime_.now()) / 1000;
    return {.limit = limit.count,
            .remaining = static_cast<int>(limit.count - used),
            .reset = limit.window - std::chrono::seconds{second % limit.window.count()}};
  }

  awaitable<std::int64_t> count(std::string key, Limit limit) {
    try {
      const auto replies = co_await redis_.pipeline(
          {{"INCR", key}, {"EXPIRE", key, std::to_string(2 * limit.window.count())}});
      co_return replies[0].integer();
    } catch (const redis::Unavailable&) {
    } catch (const redis::CommandFailed&) {
    }
    if (local_.size() >= local_keys_max) local_.clear();
    co_return ++local_[key];
  }

  awaitable<std::int64_t> current(std::string key) {
    try {
      const auto reply = co_await redis_.command({"GET", key});
      co_return reply.is_nil() ? 0 : std::stoll(reply.text());
    } catch (const redis::Unavailable&) {
    } catch (const redis::CommandFailed&) {
    }
    const auto found = local_.find(key);
    co_return found == local_.end() ? 0 : found->second;
  }

  // Keys carry their window, so old ones only take room: beyond this many all are forgotten.
  static constexpr std::size_t local_keys_max = 100'000;

  platform::runtime::Runtime& runtime_;
  redis::Client& redis_;
  std::map<std::string, std::int64_t> local_;
};

}  // namespace

std::unique_ptr<RateLimits> make_rate_limits(platform::runtime::Runtime& runtime,
                                             redis::Client& redis) {
  return std::make_unique<RedisRateLimits>(runtime, redis);
}

}  // namespace services::users::edge
