#include "services/users/accounts/code_filter.hpp"

#include <chrono>

namespace services::users::accounts {
namespace {

namespace redis = platform::redis;

class RedisCodeFilter final : public CodeFilter {
 public:
  RedisCodeFilter(redis::Client& redis, const domain::identity::OtpRules& rules)
      : redis_(redis),
        checks_max_(rules.checks_max),
        kept_s_(std::to_string(rules.validity / std::chrono::seconds{1})) {}

  awaitable<bool> worth_checking(domain::ChallengeId challenge) override {
    const auto key = redis_.key("otp:checks:" + challenge.text());
    try {
      const auto replies = co_await redis_.pipeline({{"INCR", key}, {"EXPIRE", key, kept_s_}});
      co_return replies[0].integer() <= checks_max_;
    } catch (const redis::Unavailable&) {
    } catch (const redis::CommandFailed&) {
    }
    co_return true;
  }

 private:
  redis::Client& redis_;
  std::int64_t checks_max_;
  std::string kept_s_;
};

}  // namespace

std::unique_ptr<CodeFilter> make_code_filter(redis::Client& redis,
                                             const domain::identity::OtpRules& rules) {
  return std::make_unique<RedisCodeFilter>(redis, rules);
}

}  // namespace services::users::accounts
