#include "services/users/accounts/sms.hpp"

#include <cstdio>

#include "platform/redis/client.hpp"
#include "platform/telemetry/log.hpp"

namespace services::users::accounts {
namespace {

constexpr const char* kept_s = "600";

std::string inbox_key(const platform::redis::Client& redis, const std::string& msisdn) {
  return redis.key("dev:inbox:" + msisdn);
}

class DevSmsSender final : public SmsSender {
 public:
  explicit DevSmsSender(const binding::Environment& environment) : environment_(environment) {}

  void send(std::string msisdn, std::string text) override {
    std::fprintf(stderr, "\n  [dev SMS to %s]  %s\n\n", msisdn.c_str(), text.c_str());
    environment_.runtime.tasks().spawn("sms.dev_inbox",
                                       [this, msisdn, text] { return keep(msisdn, text); });
  }

  bool reachable() const override { return true; }
  awaitable<void> close() override { co_return; }

 private:
  awaitable<void> keep(std::string msisdn, std::string text) {
    try {
      co_await environment_.redis.command(
          {"SET", inbox_key(environment_.redis, msisdn), text, "EX", kept_s});
    } catch (const std::exception& error) {
      platform::telemetry::warn("sms.dev_inbox_lost", {{"reason", error.what()}});
    }
  }

  binding::Environment environment_;
};

}  // namespace

std::unique_ptr<SmsSender> make_dev_sms_sender(const binding::Environment& environment) {
  return std::make_unique<DevSmsSender>(environment);
}

awaitable<std::optional<std::string>> read_dev_inbox(platform::redis::Client& redis,
                                                     std::string msisdn) {
  const auto reply = co_await redis.command({"GET", inbox_key(redis, msisdn)});
  co_return reply.maybe_text();
}

}  // namespace services::users::accounts
