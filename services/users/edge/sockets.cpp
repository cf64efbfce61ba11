#include "services/users/edge/sockets.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/algorithm/string/join.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "contracts/frames.hpp"
#include "contracts/operations.hpp"
#include "contracts/subjects.hpp"
#include "platform/postgres/errors.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/security/digest.hpp"
#include "platform/telemetry/log.hpp"
#include "platform/telemetry/metrics.hpp"
#include "services/binding/http_exchange.hpp"
#include "services/users/accounts/queries.hpp"

namespace services::users::edge {
namespace {

namespace asio = boost::asio;
namespace http = platform::http;
namespace telemetry = platform::telemetry;
namespace ws = platform::ws;
namespace frames = contracts::frames;
using contracts::OperationRow;
using ws::CloseCode;

constexpr telemetry::GaugeFamily sockets_open{"nebengjek_sockets_open", "WebSockets being served"};
constexpr telemetry::CounterFamily frames_in{
    "nebengjek_frames_in_total", "WebSocket frames received", {"type", "outcome"}};

constexpr std::string_view subprotocol = "nebengjek.v1";
constexpr auto principal_kept = std::chrono::seconds{5};

// How long a phone may miss a change whose signal was lost, and how many are looked up at once.
constexpr auto catch_up_interval = std::chrono::seconds{5};
constexpr std::size_t catch_up_batch = 500;

/// The operation that a frame type stands for, or null.
const OperationRow* row_of_frame(std::string_view type) {
  const OperationRow* found = nullptr;
  const auto look = [&](const OperationRow& row) {
    if (!row.frame.empty() && row.frame == type) found = &row;
  };
  std::apply([&](const auto&... operation) { (look(operation), ...); }, contracts::operations::all);
  return found;
}

std::string error_frame(std::optional<std::string> id, const std::string& problem_json) {
  auto problem = base::json::parse(problem_json);
  return base::json::to_text(contracts::FrameOut{.type = std::string{frames::error},
                                                 .id = std::move(id),
                                                 .n = {},
                                                 .data = problem.value_or(nullptr)});
}

std::string error_frame(std::optional<std::string> id, const contracts::Problem& problem) {
  return error_frame(std::move(id), base::json::to_text(problem));
}

std::string degraded_frame(std::vector<std::string> away) {
  return base::json::to_text(
      contracts::FrameOut{.type = std::string{frames::degraded},
                          .id = {},
                          .n = {},
                          .data = base::json::encode(contracts::Degraded{std::move(away)})});
}

/// One phone's connection.
class Phone {
 public:
  Phone(const binding::Environment& environment, const UsersConfig& config, Gateway& gateway,
        PositionOutbox& positions, Authenticated who, std::unique_ptr<ws::Socket> socket)
      : environment_(environment),
        config_(config),
        gateway_(gateway),
        positions_(positions),
        who_(std::move(who)),
        principal_read_at_(environment.runtime.now()),
        name_(platform::security::random_token(environment.runtime.entropy(), 9)),
        socket_(std::move(socket)),
        expiry_(environment.runtime.executor()) {}

  domain::UserId user() const { return who_.principal.user; }
  /// The number of the document that the phone was sent last; none before the first.
  std::optional<std::int64_t> shown() const { return shown_; }
  void close(CloseCode code) { socket_->close(code); }

  /// Sends the whole document, unless the phone has it or a newer one.
  void show(std::int64_t n, boost::json::value document) {
    if (shown_ && n <= *shown_) return;
    shown_ = n;
    socket_->send(base::json::to_text(contracts::FrameOut{
        .type = std::string{frames::snapshot}, .id = {}, .n = n, .data = std::move(document)}));
  }

  void tell_degraded(std::vector<std::string> away) {
    socket_->send(degraded_frame(std::move(away)));
  }

  awaitable<void> serve() {
    listen();
    replace_older_sockets();
    watch_expiry();
    co_await until_listening();
    co_await send_snapshot();
    send_what_came_early();
    while (auto text = co_await socket_->read()) co_await take(*text);
    expiry_.cancel();
  }

 private:
  void listen() {
    frames_ = environment_.bus.subscribe(
        contracts::subjects::user(user()), {},
        [this](const platform::bus::Message& message) { deliver(message.data); });
    session_changes_ = environment_.bus.subscribe(
        contracts::subjects::session_changed(who_.principal.session), {},
        [this](const platform::bus::Message& message) { follow_session(message.data); });
  }

  /// A change after the snapshot must find the subscription in place. Without NATS there are no
  /// changes to hear of.
  awaitable<void> until_listening() {
    try {
      co_await environment_.bus.flush(config_.call_timeout);
    } catch (const platform::bus::Unavailable&) {
    }
  }

  void deliver(const std::string& text) {
    const auto frame = base::json::from_text<contracts::UserFrame>(text);
    if (!frame) {
      telemetry::error("socket.bad_user_frame", {{"reason", frame.error()}});
      return;
    }
    const bool too_early = !shown_ && frame->frame.n;
    if (too_early) {
      early_.push_back(*frame);
    } else {
      pass_on(*frame);
    }
  }

  void pass_on(const contracts::UserFrame& frame) {
    if (const auto n = frame.frame.n) {
      if (*n <= shown_) return;
      shown_ = n;
    }
    auto out = base::json::to_text(frame.frame);
    if (frame.slot) {
      socket_->send_latest(*frame.slot, std::move(out));
    } else {
      socket_->send(std::move(out));
    }
  }

  /// A session's end closes its sockets; a newer socket of the session replaces this one.
  void follow_session(const std::string& text) {
    const auto change = base::json::from_text<contracts::SessionChanged>(text);
    if (!change || change->newer_socket == name_) return;
    socket_->close(change->newer_socket ? CloseCode::replaced : CloseCode::token_expired);
  }

  void replace_older_sockets() {
    environment_.bus.publish_signal(
        contracts::subjects::session_changed(who_.principal.session),
        base::json::to_text(contracts::SessionChanged{.newer_socket = name_}));
  }

  void watch_expiry() {
    const auto left = who_.token_expires_at + config_.clock_leeway - environment_.runtime.now();
    expiry_.expires_after(std::max(left, base::Duration{0}));
    expiry_.async_wait([this](const boost::system::error_code& stopped) {
      if (!stopped) socket_->close(CloseCode::token_expired);
    });
  }

  /// Numbered frames follow the snapshot, so that the first number a phone sees is no gap.
  void send_what_came_early() {
    if (!shown_) shown_ = -1;  // There was no snapshot to be had.
    for (const auto& frame : std::exchange(early_, {})) pass_on(frame);
  }

  awaitable<void> send_snapshot() {
    const auto answer =
        co_await gateway_.execute(contracts::operations::get_snapshot, call("{}", {}));
    if (!answer.ok()) {
      tell_degraded({"postgres"});
      co_return;
    }
    const auto snapshot = base::json::from_text<contracts::Snapshot>(answer.body);
    if (snapshot) show(snapshot->n, snapshot->document);
  }

  awaitable<void> take(const std::string& text) {
    const auto parsed = base::json::parse(text);
    if (!parsed) {
      refuse({}, contracts::problem(contracts::errors::malformed,
                                    base::json::to_string(parsed.error())));
      co_return;
    }
    auto frame = base::json::decode<contracts::FrameIn>(*parsed);
    if (!frame) {
      refuse({}, contracts::problem(frame.error()));
      co_return;
    }
    if (frame->type == frames::report_positions) {
      co_await take_positions(*frame);
    } else if (frame->type == frames::renew_token) {
      co_await renew_token(*frame);
    } else if (const auto* row = row_of_frame(frame->type)) {
      co_await take_command(*row, *frame);
    } else {
      refuse(frame->id, contracts::problem(contracts::errors::no_such_route, "no such frame type"));
    }
  }

  awaitable<void> take_command(const OperationRow& row, contracts::FrameIn& frame) {
    auto permit = gateway_.admit(row);
    if (!permit) {
      socket_->send(
          error_frame(frame.id, contracts::problem(contracts::errors::unavailable, "too busy")));
      co_return;
    }
    if (!co_await is_permitted(row)) {
      refuse(frame.id, contracts::problem(contracts::errors::forbidden));
      co_return;
    }
    const auto data = frame.data.value_or(boost::json::object{});
    const auto answer =
        co_await gateway_.execute(row, call(base::json::serialized(data), frame.id.value_or("")));
    if (answer.status < 500) permit->served();
    frames_in.with(row.frame, answer.ok() ? "ack" : "error").add();
    if (!answer.ok()) {
      socket_->send(error_frame(frame.id, answer.body));
      co_return;
    }
    acknowledge(frame.id, base::json::parse(answer.body).value_or(nullptr));
  }

  awaitable<void> take_positions(const contracts::FrameIn& frame) {
    const auto report =
        base::json::decode<contracts::ReportPositions>(frame.data.value_or(boost::json::object{}));
    if (!report) {
      refuse(frame.id, contracts::problem(report.error()));
      co_return;
    }
    const auto principal = co_await recent_principal();
    std::vector<contracts::UserFix> fixes;
    for (const auto& fix : report->fixes) {
      fixes.push_back({.user_id = principal.user,
                       .session_id = principal.session,
                       .vehicle_type = principal.drives,
                       .fix = fix});
    }
    frames_in.with(frames::report_positions, "ack").add();
    if (!positions_.add(std::move(fixes))) {
      refuse(frame.id, contracts::problem(contracts::errors::unavailable, "keep the positions"));
    } else if (frame.id) {
      acknowledge(frame.id, nullptr);
    }
  }

  awaitable<void> renew_token(const contracts::FrameIn& frame) {
    const auto renewal =
        base::json::decode<contracts::RenewToken>(frame.data.value_or(boost::json::object{}));
    if (!renewal) {
      refuse(frame.id, contracts::problem(renewal.error()));
      co_return;
    }
    std::optional<Authenticated> who;
    try {
      who = co_await gateway_.authenticate(renewal->access_token);
    } catch (const platform::postgres::Unavailable&) {
      refuse(frame.id, contracts::problem(contracts::errors::unavailable));
      co_return;
    }
    if (!who || who->principal.session != who_.principal.session) {
      refuse(frame.id, contracts::problem(contracts::errors::unauthenticated));
      co_return;
    }
    who_ = *std::move(who);
    watch_expiry();
    acknowledge(frame.id, nullptr);
  }

  /// While nobody can tell, what was true a moment ago still holds.
  awaitable<bool> is_permitted(const OperationRow& row) {
    const auto known = co_await recent_principal();
    try {
      auto permitted = co_await gateway_.permitted(row, known);
      if (permitted) who_.principal = *std::move(permitted);
      co_return permitted.has_value();
    } catch (const platform::postgres::Unavailable&) {
    }
    co_return may_call(row, known);
  }

  /// Likewise.
  awaitable<accounts::Principal> recent_principal() {
    const auto now = environment_.runtime.now();
    if (now - principal_read_at_ < principal_kept) co_return who_.principal;
    try {
      if (auto fresh = co_await gateway_.refreshed(who_.principal.session)) {
        who_.principal = *std::move(fresh);
      } else {
        socket_->close(CloseCode::token_expired);
      }
      principal_read_at_ = now;
    } catch (const platform::postgres::Unavailable&) {
    }
    co_return who_.principal;
  }

  binding::Call call(std::string body, std::string idempotency_key) {
    return {.caller = {.user = user(),
                       .session = who_.principal.session,
                       .driver = who_.principal.drives.has_value(),
                       .address = {},
                       .staff = {},
                       .scopes = {},
                       .trace = binding::trace_of({}, environment_.runtime.entropy())},
            .body = std::move(body),
            .idempotency_key = std::move(idempotency_key)};
  }

  void acknowledge(const std::optional<std::string>& id, boost::json::value data) {
    contracts::FrameOut frame{.type = std::string{frames::ack}, .id = id, .n = {}, .data = {}};
    if (!data.is_null()) frame.data = std::move(data);
    socket_->send(base::json::to_text(frame));
  }

  void refuse(std::optional<std::string> id, const contracts::Problem& problem) {
    telemetry::info("socket.frame_refused", {{"code", problem.code}, {"user", user().text()}});
    socket_->send(error_frame(std::move(id), problem));
  }

  binding::Environment environment_;
  const UsersConfig& config_;
  Gateway& gateway_;
  PositionOutbox& positions_;
  Authenticated who_;
  base::Instant principal_read_at_;
  std::string name_;  ///< Tells this socket from another of its session.
  std::unique_ptr<ws::Socket> socket_;
  asio::steady_timer expiry_;
  std::unique_ptr<platform::bus::Subscription> frames_;
  std::unique_ptr<platform::bus::Subscription> session_changes_;
  std::optional<std::int64_t> shown_;
  std::vector<contracts::UserFrame> early_;  ///< Numbered, while the snapshot was being read.
};

class PhoneSockets final : public Sockets {
 public:
  PhoneSockets(const binding::Environment& environment, const UsersConfig& config, Gateway& gateway,
               PositionOutbox& positions, const binding::Presence& presence)
      : environment_(environment),
        config_(config),
        gateway_(gateway),
        positions_(positions),
        presence_(presence) {
    environment.runtime.tasks().spawn("edge.catch_up", [this] { return keep_catching_up(); });
  }

  void tell_degraded(const std::vector<std::string>& away) override {
    for (const auto& [user, phones] : phones_) {
      for (auto* phone : phones) phone->tell_degraded(away);
    }
  }

  awaitable<http::Response> upgrade(const http::Request& request) override {
    if (request.path != "/v1/ws") {
      co_return binding::response_of(contracts::problem(contracts::errors::no_such_route));
    }
    const auto who = co_await authenticate(request);
    if (!who) {
      co_return binding::response_of(contracts::problem(contracts::errors::unauthenticated));
    }
    http::Response accepted{.status = 101, .headers = {}, .body = {}};
    if (request.headers.has_token("Sec-WebSocket-Protocol", subprotocol)) {
      accepted.headers.set("Sec-WebSocket-Protocol", std::string{subprotocol});
    }
    co_return accepted;
  }

  awaitable<void> serve(http::Request request, std::unique_ptr<ws::Socket> socket) override {
    auto who = co_await authenticate(request);
    if (!who) {
      socket->close(CloseCode::token_expired);
      co_return;
    }
    Phone phone{environment_, config_, gateway_, positions_, *std::move(who), std::move(socket)};
    const Registered registered{*this, phone};
    if (auto away = presence_.away(); !away.empty()) phone.tell_degraded(std::move(away));
    co_await phone.serve();
  }

 private:
  /// In the list of open phones, as long as it is being served.
  struct Registered {
    Registered(PhoneSockets& owner, Phone& its_phone) : sockets(owner), phone(its_phone) {
      auto& of_user = sockets.phones_[phone.user()];
      of_user.push_back(&phone);
      if (of_user.size() > static_cast<std::size_t>(sockets.config_.sockets_per_user_max)) {
        of_user.front()->close(CloseCode::replaced);
      }
      sockets_open.with().add(1);
    }
    ~Registered() {
      auto& of_user = sockets.phones_[phone.user()];
      std::erase(of_user, &phone);
      if (of_user.empty()) sockets.phones_.erase(phone.user());
      sockets_open.with().add(-1);
    }
    Registered(const Registered&) = delete;
    Registered& operator=(const Registered&) = delete;
    PhoneSockets& sockets;
    Phone& phone;
  };

  /// A change is committed, and then announced by a signal, which is lost when NATS or the process
  /// that sends it goes away. So the phones of this thread are compared with the documents.
  awaitable<void> keep_catching_up() {
    for (;;) {
      co_await platform::runtime::sleep_for(catch_up_interval);
      try {
        co_await catch_up();
      } catch (const platform::postgres::Unavailable&) {
      }
    }
  }

  awaitable<void> catch_up() {
    std::vector<std::pair<domain::UserId, std::int64_t>> all;
    for (const auto& [user, phones] : phones_) {
      for (const auto* phone : phones) {
        if (const auto shown = phone->shown()) all.emplace_back(user, *shown);
      }
    }
    for (auto rest = std::span{std::as_const(all)}; !rest.empty();) {
      const auto batch = rest.first(std::min(rest.size(), catch_up_batch));
      rest = rest.subspan(batch.size());
      co_await show_newer(batch);
    }
  }

  awaitable<void> show_newer(std::span<const std::pair<domain::UserId, std::int64_t>> shown) {
    std::vector<std::string> users;
    std::vector<std::string> numbers;
    for (const auto& [user, n] : shown) {
      users.push_back(user.text());
      numbers.push_back(std::to_string(n));
    }
    const auto rows = co_await environment_.pool.run(
        accounts::queries::newer_snapshots, '{' + boost::algorithm::join(users, ",") + '}',
        '{' + boost::algorithm::join(numbers, ",") + '}');
    for (const auto& row : rows) {
      const auto phones = phones_.find(row.get<domain::UserId>("user_id"));
      if (phones == phones_.end()) continue;
      const auto n = row.get<std::int64_t>("n");
      const auto document = base::json::parse(row.get<std::string>("document")).value();
      for (auto* phone : phones->second) phone->show(n, document);
    }
  }

  awaitable<std::optional<Authenticated>> authenticate(const http::Request& request) {
    const auto token = binding::bearer_token(request);
    if (!token) co_return std::nullopt;
    try {
      co_return co_await gateway_.authenticate(*token);
    } catch (const platform::postgres::Unavailable&) {
      co_return std::nullopt;
    }
  }

  binding::Environment environment_;
  const UsersConfig& config_;
  Gateway& gateway_;
  PositionOutbox& positions_;
  const binding::Presence& presence_;
  std::map<domain::UserId, std::vector<Phone*>> phones_;
};

}  // namespace

std::unique_ptr<Sockets> make_sockets(const binding::Environment& environment,
                                      const UsersConfig& config, Gateway& gateway,
                                      PositionOutbox& positions,
                                      const binding::Presence& presence) {
  return std::make_unique<PhoneSockets>(environment, config, gateway, positions, presence);
}

}  // namespace services::users::edge
