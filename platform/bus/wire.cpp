#include "platform/bus/wire.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <nats/nats.h>

#include "base/assert.hpp"
#include "platform/telemetry/log.hpp"

namespace platform::bus {
namespace {

// The library's own queue in front of a mailbox, which takes messages at once.
constexpr int library_pending_messages_max = 65'536;
constexpr int library_pending_bytes_max = 64 * 1024 * 1024;

// The library keeps messages back while it reconnects, and takes 0 for 8 MB. With one byte it keeps
// at most the one message that was published in the instant of the disconnection.
constexpr int reconnect_buffer_bytes = 1;

// A process that starts behind a proxy waits so long for the server.
constexpr auto first_connection_limit = std::chrono::seconds{60};
constexpr auto giving_up_shows_within = std::chrono::milliseconds{300};
constexpr auto look_interval = std::chrono::milliseconds{10};

constexpr int pings_unanswered_max = 2;
constexpr int reconnect_for_ever = -1;

using Clock = std::chrono::steady_clock;

template <auto Destroy>
struct Deleter {
  void operator()(auto* pointer) const { Destroy(pointer); }
};
using Options = std::unique_ptr<natsOptions, Deleter<natsOptions_Destroy>>;
using Handle = std::unique_ptr<natsConnection, Deleter<natsConnection_Destroy>>;
using SubscriptionHandle = std::unique_ptr<natsSubscription, Deleter<natsSubscription_Destroy>>;
using MessageHandle = std::unique_ptr<natsMsg, Deleter<natsMsg_Destroy>>;

/// An array of names that the library allocated; the names are the message's.
struct FreeNames {
  void operator()(const char** names) const { std::free(static_cast<void*>(names)); }
};
using Names = std::unique_ptr<const char*[], FreeNames>;

// Most options fail only for want of memory.
void must(natsStatus status) {
  if (status == NATS_NO_MEMORY) throw std::bad_alloc{};
  NEBENGJEK_ASSERT(status == NATS_OK);
}

const char* or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

int in_milliseconds(std::chrono::milliseconds duration) {
  return static_cast<int>(duration.count());
}

/// What the library says of a connection. Asking it instead would wait for its lock, which it
/// holds all the while it tries to reconnect: up to the connect timeout when a server is mute.
class Link {
 public:
  explicit Link(const char* kind) : kind_(kind) {}

  bool is_up() const { return state_ == State::up; }
  void goes_up() { state_ = State::up; }
  void goes_down() { state_ = State::down; }

  /// What the first attempt came to, unless something newer was already heard.
  void begins(bool up) {
    auto expected = State::unknown;
    state_.compare_exchange_strong(expected, up ? State::up : State::down);
  }

  /// From here on it is closed by ourselves.
  void ends() { ended_ = true; }
  bool has_ended() const { return ended_; }

  telemetry::Field kind() const { return {"connection", kind_}; }

  static Link& of(void* closure) { return *static_cast<Link*>(closure); }

 private:
  enum class State : std::uint8_t { unknown, up, down };

  const char* kind_;
  std::atomic<State> state_ = State::unknown;
  std::atomic<bool> ended_ = false;
};

/// Lives as long as the process: the library may call back after a connection was given up, and
/// does not say when it no longer will. A process has few.
Link& make_link(const char* kind) {
  static std::mutex mutex;
  static auto& links = *new std::deque<Link>;
  const std::scoped_lock lock{mutex};
  return links.emplace_back(kind);
}

natsStatus last_error(natsConnection* connection) {
  const char* ignored = nullptr;
  return natsConnection_GetLastError(connection, &ignored);
}

// What happens to a connection is only told: there is always another attempt.

void on_connected(natsConnection*, void* link) {
  Link::of(link).goes_up();
  telemetry::info("nats.connected", {Link::of(link).kind()});
}

void on_disconnected(natsConnection*, void* link) {
  Link::of(link).goes_down();
  if (Link::of(link).has_ended()) return;
  telemetry::warn("nats.disconnected", {Link::of(link).kind()});
}

/// The library gives up by itself for one reason only: when it is refused twice in a row.
void on_closed(natsConnection* connection, void* link) {
  Link::of(link).goes_down();
  if (last_error(connection) != NATS_CONNECTION_AUTH_FAILED) return;
  telemetry::error("nats.refused", {Link::of(link).kind()});
}

void on_error(natsConnection*, natsSubscription*, natsStatus status, void* link) {
  telemetry::warn("nats.error", {Link::of(link).kind(), {"reason", natsStatus_GetText(status)}});
}

void set_access(natsOptions* options, const Config& config) {
  must(natsOptions_SetURL(options, config.url.c_str()));
  must(natsOptions_SetName(options, config.name.c_str()));
  if (!config.username.empty()) {
    must(natsOptions_SetUserInfo(options, config.username.c_str(), config.password.c_str()));
  }
  if (!config.url.starts_with("tls://")) return;
  must(natsOptions_SetSecure(options, true));
  if (config.ca_file.empty()) return;
  if (natsOptions_LoadCATrustedCertificates(options, config.ca_file.c_str()) != NATS_OK) {
    throw std::invalid_argument{"no certificates in " + config.ca_file};
  }
}

void set_endurance(natsOptions* options, const Config& config) {
  const auto wait_ms = config.reconnect_wait.count();
  must(natsOptions_SetTimeout(options, config.connect_timeout.count()));
  must(natsOptions_SetMaxReconnect(options, reconnect_for_ever));
  must(natsOptions_SetReconnectWait(options, wait_ms));
  must(natsOptions_SetReconnectJitter(options, wait_ms, wait_ms));
  must(natsOptions_SetReconnectBufSize(options, reconnect_buffer_bytes));
  must(natsOptions_SetPingInterval(options, config.ping_interval.count()));
  must(natsOptions_SetMaxPingsOut(options, pings_unanswered_max));
  must(natsOptions_SetWriteDeadline(options, in_milliseconds(config.write_timeout)));
}

void set_callbacks(natsOptions* options, Link* link) {
  must(natsOptions_SetRetryOnFailedConnect(options, true, &on_connected, link));
  must(natsOptions_SetDisconnectedCB(options, &on_disconnected, link));
  must(natsOptions_SetReconnectedCB(options, &on_connected, link));
  must(natsOptions_SetClosedCB(options, &on_closed, link));
  must(natsOptions_SetErrorHandler(options, &on_error, link));
}

Options make_options(const Config& config, Sending sending, Link& link) {
  natsOptions* raw = nullptr;
  must(natsOptions_Create(&raw));
  Options options{raw};
  set_access(raw, config);
  set_endurance(raw, config);
  set_callbacks(raw, &link);
  must(natsOptions_SetSendAsap(raw, sending == Sending::at_once));
  // One thread for all subscriptions, instead of one each: mailboxes keep it waiting for nothing.
  must(natsOptions_UseGlobalMessageDelivery(raw, true));
  return options;
}

MessageHeaders headers_of(natsMsg* message) {
  const char** raw_keys = nullptr;
  int count = 0;
  if (natsMsgHeader_Keys(message, &raw_keys, &count) != NATS_OK) return {};
  const Names keys{raw_keys};
  MessageHeaders headers;
  for (int i = 0; i < count; ++i) {
    const char* value = nullptr;
    if (natsMsgHeader_Get(message, keys[i], &value) != NATS_OK || value == nullptr) continue;
    headers.emplace_back(keys[i], value);
  }
  return headers;
}

Message copy_of(natsMsg* message) {
  const char* reply_to = natsMsg_GetReply(message);
  return {
      .subject = natsMsg_GetSubject(message),
      .reply_to = reply_to == nullptr ? "" : reply_to,
      .headers = headers_of(message),
      .data = {natsMsg_GetData(message), static_cast<std::size_t>(natsMsg_GetDataLength(message))},
  };
}

using SharedMailbox = std::shared_ptr<Mailbox>;

void on_message(natsConnection*, natsSubscription*, natsMsg* raw, void* mailbox) {
  const MessageHandle message{raw};
  (*static_cast<SharedMailbox*>(mailbox))->put(copy_of(raw));
}

// The library is done with the subscription: only now its callbacks no longer use the mailbox.
void on_complete(void* mailbox) { delete static_cast<SharedMailbox*>(mailbox); }

/// Subscriptions that have ended, kept until the library can't be using them any more: its reader
/// finds a subscription, lets go of the lock that keeps it, and only then takes the subscription's
/// own (3.4.1, natsConn_processMsg). Used from any thread.
class Quarantine {
 public:
  void take(SubscriptionHandle ended) {
    const auto now = Clock::now();
    const std::scoped_lock lock{mutex_};
    while (!ended_.empty() && ended_.front().since + kept_for < now) ended_.pop_front();
    ended_.push_back({now, std::move(ended)});
  }

 private:
  static constexpr auto kept_for = std::chrono::seconds{10};

  struct Ended {
    Clock::time_point since;
    SubscriptionHandle handle;
  };

  std::mutex mutex_;
  std::deque<Ended> ended_;
};

/// Until it was connected once the library gives up for good when a connection is taken and closed
/// at once, as a proxy does whose server is away; when nobody listens it goes on. That shows soon.
bool goes_on(natsConnection* connection) {
  const auto shows_by = Clock::now() + giving_up_shows_within;
  while (Clock::now() < shows_by && !natsConnection_IsClosed(connection)) {
    std::this_thread::sleep_for(look_interval);
  }
  return !natsConnection_IsClosed(connection);
}

class NatsSubscription final : public Subscription {
 public:
  NatsSubscription(SubscriptionHandle handle, SharedMailbox mailbox,
                   std::shared_ptr<Quarantine> quarantine)
      : handle_(std::move(handle)),
        mailbox_(std::move(mailbox)),
        quarantine_(std::move(quarantine)) {}
  ~NatsSubscription() override {
    mailbox_->close();
    natsSubscription_Unsubscribe(handle_.get());
    quarantine_->take(std::move(handle_));
  }

  // Unsubscribing would throw away what is on its way.
  void wind_down() override { natsSubscription_Drain(handle_.get()); }

 private:
  SubscriptionHandle handle_;
  SharedMailbox mailbox_;
  std::shared_ptr<Quarantine> quarantine_;
};

class NatsWire final : public Wire {
 public:
  NatsWire(Handle connection, Link& link) : connection_(std::move(connection)), link_(link) {}
  /// Closed, the connection reads no more; only then its last subscriptions may go.
  ~NatsWire() override {
    link_.ends();
    natsConnection_Close(connection_.get());
  }

  bool connected() const override { return link_.is_up(); }

  bool publish(const std::string& subject, const std::string& reply_to, std::string_view data,
               const MessageHeaders& headers) override {
    if (!connected()) return false;
    const auto status = send(subject, reply_to, data, headers);
    if (status == NATS_MAX_PAYLOAD) throw std::length_error{"message too large: " + subject};
    if (status == NATS_INVALID_SUBJECT) throw std::invalid_argument{"not a subject: " + subject};
    return status == NATS_OK;
  }

  std::unique_ptr<Subscription> subscribe(const std::string& subject, const std::string& queue,
                                          SharedMailbox mailbox) override {
    auto closure = std::make_unique<SharedMailbox>(mailbox);
    natsSubscription* raw = nullptr;
    const auto status =
        queue.empty() ? natsConnection_Subscribe(&raw, connection_.get(), subject.c_str(),
                                                 &on_message, closure.get())
                      : natsConnection_QueueSubscribe(&raw, connection_.get(), subject.c_str(),
                                                      queue.c_str(), &on_message, closure.get());
    if (status != NATS_OK) throw Unavailable{subject + ": " + natsStatus_GetText(status)};
    SubscriptionHandle handle{raw};
    natsSubscription_SetOnCompleteCB(raw, &on_complete, closure.release());
    natsSubscription_SetPendingLimits(raw, library_pending_messages_max, library_pending_bytes_max);
    return std::make_unique<NatsSubscription>(std::move(handle), std::move(mailbox), quarantine_);
  }

 private:
  natsStatus send(const std::string& subject, const std::string& reply_to, std::string_view data,
                  const MessageHeaders& headers) {
    const auto size = static_cast<int>(data.size());
    if (!headers.empty()) return send_with_headers(subject, reply_to, data, headers);
    if (reply_to.empty()) {
      return natsConnection_Publish(connection_.get(), subject.c_str(), data.data(), size);
    }
    return natsConnection_PublishRequest(connection_.get(), subject.c_str(), reply_to.c_str(),
                                         data.data(), size);
  }

  natsStatus send_with_headers(const std::string& subject, const std::string& reply_to,
                               std::string_view data, const MessageHeaders& headers) {
    natsMsg* raw = nullptr;
    const auto status = natsMsg_Create(&raw, subject.c_str(), or_null(reply_to), data.data(),
                                       static_cast<int>(data.size()));
    if (status != NATS_OK) return status;
    const MessageHandle message{raw};
    for (const auto& [name, value] : headers) {
      must(natsMsgHeader_Add(raw, name.c_str(), value.c_str()));
    }
    return natsConnection_PublishMsg(connection_.get(), raw);
  }

  std::shared_ptr<Quarantine> quarantine_ = std::make_shared<Quarantine>();
  Handle connection_;
  Link& link_;
};

}  // namespace

std::unique_ptr<Wire> make_wire(const Config& config, Sending sending) {
  for (const auto give_up_at = Clock::now() + first_connection_limit;;) {
    auto& link = make_link(sending == Sending::at_once ? "latency" : "bulk");
    const auto options = make_options(config, sending, link);
    natsConnection* raw = nullptr;
    const auto status = natsConnection_Connect(&raw, options.get());
    link.begins(status == NATS_OK);
    Handle connection{raw};
    if (status == NATS_OK) return std::make_unique<NatsWire>(std::move(connection), link);
    // A server that is away may come, but a wrong password will not become right.
    const bool may_come =
        status == NATS_NOT_YET_CONNECTED && last_error(raw) != NATS_CONNECTION_AUTH_FAILED;
    if (may_come && goes_on(raw)) return std::make_unique<NatsWire>(std::move(connection), link);
    if (!may_come || last_error(raw) == NATS_CONNECTION_AUTH_FAILED || Clock::now() > give_up_at) {
      throw Unavailable{config.url + ": " + natsStatus_GetText(raw ? last_error(raw) : status)};
    }
    link.ends();
    std::this_thread::sleep_for(config.reconnect_wait);
  }
}

}  // namespace platform::bus
