#include "platform/bus/connection.hpp"

#include <array>
#include <map>

#include <boost/asio/post.hpp>

#include "platform/bus/mailbox.hpp"
#include "platform/bus/requests.hpp"
#include "platform/bus/wire.hpp"
#include "platform/resilience/dependency.hpp"

namespace platform::bus {
namespace {

struct Pair {
  std::unique_ptr<Wire> latency;
  std::unique_ptr<Wire> bulk;
};

std::string random_inbox(runtime::Entropy& entropy) {
  std::array<std::uint8_t, 16> bytes{};
  entropy.fill(bytes);
  return "_INBOX." + base::Uuid{bytes}.text();
}

bool nobody_serves(const Message& answer) {
  return answer.data.empty() && answer.header("Status") == "503";
}

class NatsConnection final : public Connection {
 public:
  NatsConnection(const Config& config, Pair& pair, runtime::Runtime& runtime)
      : config_(config), pair_(pair), runtime_(runtime) {
    const auto inbox = new_inbox();
    requests_ = std::make_shared<Requests>(runtime.executor(), inbox, config.pending_requests_max);
    answers_ = subscribe(inbox + ".*", "", [requests = requests_](Message message) {
      requests->deliver(std::move(message));
    });
  }

  ~NatsConnection() override { requests_->close(); }

  void publish(const std::string& subject, std::string_view data,
               const MessageHeaders& headers) override {
    publish_request(subject, {}, data, headers);
  }

  void publish_request(const std::string& subject, const std::string& reply_to,
                       std::string_view data, const MessageHeaders& headers) override {
    if (pair_.latency->publish(subject, reply_to, data, headers)) return;
    throw Unavailable{subject + ": no connection"};
  }

  void publish_signal(const std::string& subject, std::string_view data) override {
    pair_.bulk->publish(subject, {}, data, {});
  }

  awaitable<Message> request(std::string subject, std::string data, MessageHeaders headers,
                             std::chrono::milliseconds limit) override {
    const auto service = service_of(subject);
    try {
      resilience::Dependency::Call call{*service};
      PendingRequest pending{requests_};
      publish_request(subject, pending.reply_to(), data, headers);
      auto answer = co_await pending.answer(limit.count() > 0 ? limit : config_.request_timeout);
      if (!answer) call.outcome = resilience::Outcome::bad;
      if (!answer) throw Unavailable{subject + ": no answer"};
      if (nobody_serves(*answer)) throw Unavailable{subject + ": nobody serves it", true};
      call.outcome = resilience::Outcome::good;
      co_return *std::move(answer);
    } catch (const resilience::CircuitOpen&) {
      throw Unavailable{subject + ": too few of the last requests were answered", true};
    }
  }

  std::unique_ptr<Subscription> subscribe(const std::string& subject, const std::string& queue,
                                          MessageHandler handler) override {
    return pair_.latency->subscribe(
        subject, queue,
        std::make_shared<Mailbox>(runtime_.executor(), subject, config_.pending_messages_max,
                                  std::move(handler)));
  }

  std::string new_inbox() override { return random_inbox(runtime_.entropy()); }

  bool connected() const override { return pair_.latency->connected() && pair_.bulk->connected(); }

  awaitable<void> flush(std::chrono::milliseconds limit) override {
    co_await flush(*pair_.latency, limit);
    co_await flush(*pair_.bulk, limit);
  }

 private:
  // The server handles a connection's messages in order: when one to ourselves is back, all before
  // it have arrived.
  awaitable<void> flush(Wire& wire, std::chrono::milliseconds limit) {
    PendingRequest echo{requests_};
    const bool sent = wire.publish(echo.reply_to(), {}, {}, {});
    if (!sent || !co_await echo.answer(limit))
      throw Unavailable{"what was published is not through"};
  }

  /// A subject begins with the name of the service that serves it. Shared with requests that are
  /// still under way when this ends.
  std::shared_ptr<resilience::Dependency> service_of(const std::string& subject) {
    auto name = subject.substr(0, subject.find('.'));
    auto& service = services_[name];
    if (!service) {
      service = std::make_shared<resilience::Dependency>(runtime_.clock(), std::move(name),
                                                         config_.breaker);
    }
    return service;
  }

  const Config& config_;
  Pair& pair_;
  runtime::Runtime& runtime_;
  std::map<std::string, std::shared_ptr<resilience::Dependency>> services_;
  std::shared_ptr<Requests> requests_;
  std::unique_ptr<Subscription> answers_;
};

class NatsLink final : public Link {
 public:
  explicit NatsLink(const Config& config)
      : config_(config),
        pair_{make_wire(config, Sending::at_once), make_wire(config, Sending::in_bulk)} {}

  std::unique_ptr<Connection> attach(runtime::Runtime& runtime) override {
    return std::make_unique<NatsConnection>(config_, pair_, runtime);
  }

 private:
  const Config config_;
  Pair pair_;
};

}  // namespace

std::string_view Message::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

std::unique_ptr<Link> make_link(const Config& config) { return std::make_unique<NatsLink>(config); }

}  // namespace platform::bus
