#include "sim/phone.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "platform/runtime/deadline.hpp"

namespace sim {
namespace {

namespace asio = boost::asio;
namespace geo = domain::geo;
namespace ws = platform::ws;
namespace operations = contracts::operations;
namespace frames = contracts::frames;

constexpr auto inbox_limit = std::chrono::seconds{5};
constexpr auto inbox_pause = std::chrono::milliseconds{20};
constexpr auto fix_interval = std::chrono::seconds{1};
constexpr double accuracy_m = 5;
constexpr std::size_t code_digits = 6;
constexpr std::size_t unmetered_max = 600;
constexpr auto send_again_interval = std::chrono::seconds{2};

std::string socket_url(const std::string& base_url) {
  return "ws" + base_url.substr(std::string_view{"http"}.size()) + "/v1/ws";
}

contracts::Document document_of(const boost::json::value& from) {
  auto document = base::json::decode<contracts::Document>(from, base::json::Unknown::ignore);
  if (!document) throw std::runtime_error{"a document breaks the contract"};
  return *std::move(document);
}

/// In the list of those who wait, as long as it lives.
class Waiting {
 public:
  Waiting(std::set<asio::steady_timer*>& list, asio::steady_timer& timer)
      : list_(list), timer_(timer) {
    list_.insert(&timer_);
  }
  ~Waiting() { list_.erase(&timer_); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  std::set<asio::steady_timer*>& list_;
  asio::steady_timer& timer_;
};

base::Duration travel_time(geo::Point from, geo::Point to, double speed_kmh) {
  const auto hours = geo::distance(from, to).value / 1000 / speed_kmh;
  return std::chrono::round<base::Duration>(std::chrono::duration<double, std::ratio<3600>>{hours});
}

geo::Point between(geo::Point from, geo::Point to, double share) {
  return {.latitude = std::lerp(from.latitude, to.latitude, share),
          .longitude = std::lerp(from.longitude, to.longitude, share)};
}

}  // namespace

Phone::Phone(platform::runtime::Runtime& runtime, platform::http::Client& http,
             std::string base_url)
    : runtime_(runtime),
      tasks_(runtime.executor()),
      api_(runtime, http, std::move(base_url)),
      inbox_([this](std::string msisdn) { return read_dev_inbox(std::move(msisdn)); }) {}

awaitable<void> Phone::switch_off() {
  disconnect();
  co_await tasks_.join();
  socket_.reset();
  if (breach_) std::rethrow_exception(std::exchange(breach_, nullptr));
}

awaitable<void> Phone::log_in(std::string msisdn) {
  const auto challenge = co_await call(operations::request_otp, {.msisdn = msisdn});
  if (!challenge) throw std::runtime_error{"no code: " + challenge.error().code};
  auto code = co_await read_code(msisdn);
  const auto tokens = co_await call(
      operations::verify_otp,
      {.challenge_id = challenge->challenge_id, .code = std::move(code), .device = "sim"});
  if (!tokens) throw std::runtime_error{"no tokens: " + tokens.error().code};
  use(*tokens);
}

awaitable<std::string> Phone::read_code(std::string msisdn) {
  const auto give_up_at = runtime_.now() + inbox_limit;
  while (runtime_.now() < give_up_at) {
    const auto text = co_await inbox_(msisdn);
    if (text) co_return text->substr(0, code_digits);
    co_await platform::runtime::sleep_for(inbox_pause);
  }
  throw NeverHappened{"no code came to " + msisdn};
}

awaitable<std::optional<std::string>> Phone::read_dev_inbox(std::string msisdn) {
  const auto response = co_await api_.get("/dev/inbox/" + msisdn);
  if (response.status != 200) co_return std::nullopt;
  const auto inbox = base::json::parse(response.body).value();
  co_return std::string{inbox.as_object().at("text").as_string()};
}

awaitable<Reply<contracts::Tokens>> Phone::refresh() {
  auto tokens = co_await call(operations::refresh_tokens, {.refresh_token = tokens_.refresh_token});
  if (tokens) use(*tokens);
  co_return tokens;
}

void Phone::use(contracts::Tokens tokens) {
  tokens_ = std::move(tokens);
  api_.use_token(tokens_.access_token);
}

awaitable<void> Phone::connect() {
  n_ = -1;
  close_code_ = 0;
  socket_ = co_await ws::connect(runtime_, socket_url(api_.base_url()),
                                 {{"Authorization", "Bearer " + tokens_.access_token}});
  tasks_.spawn("phone.follow", [this, socket = socket_] { return follow(socket); });
  co_await until("the snapshot after connecting",
                 [](const Phone& phone) { return phone.n_ >= 0 || !phone.connected(); });
  if (!socket_) throw platform::http::NoAnswer{"the socket closed before the snapshot came"};
  send({unmetered_.begin(), unmetered_.end()});
}

void Phone::disconnect() {
  if (socket_) socket_->close(ws::CloseCode::normal);
}

awaitable<void> Phone::follow(std::shared_ptr<ws::Socket> socket) {
  try {
    co_await take_all(*socket);
  } catch (const boost::system::system_error&) {
    throw;  // Switched off.
  } catch (...) {
    breach_ = std::current_exception();
  }
  if (socket_ == socket) {
    close_code_ = socket->close_code();
    socket_.reset();
  }
  wake();
}

awaitable<void> Phone::take_all(ws::Socket& socket) {
  while (const auto text = co_await socket.read()) {
    const auto frame = base::json::from_text<contracts::FrameOut>(*text);
    if (!frame) throw std::runtime_error{"a frame breaks the contract: " + frame.error()};
    tell_listener(*text, *frame);
    co_await take(*frame);
    wake();
  }
}

void Phone::tell_listener(const std::string& text, const contracts::FrameOut& frame) {
  const auto asked = asked_.extract(frame.id.value_or(""));
  if (listener_) listener_(text, asked ? asked.mapped() : std::string{});
}

awaitable<void> Phone::take(const contracts::FrameOut& frame) {
  const auto data = frame.data.value_or(nullptr);
  if (frame.type == frames::ack || frame.type == frames::error) {
    if (frame.id) answers_[*frame.id] = {.ok = frame.type == frames::ack, .data = data};
  } else if (frame.type == frames::snapshot) {
    take_document(frame.n.value_or(0), data);
  } else if (!frame.n) {
    momentary_[frame.type] = data;
    if (const auto metered = latest<contracts::Metered>(frames::metered)) {
      forget_metered(metered->metered_through);
    }
  } else if (*frame.n == n_ + 1) {
    take_document(*frame.n, data);
  } else if (*frame.n > n_) {
    ++gaps_;
    co_await close_the_gap();
  }
}

void Phone::take_document(std::int64_t n, const boost::json::value& document) {
  if (n < n_) return;
  n_ = n;
  document_ = document_of(document);
  if (watcher_) watcher_(document_);
}

awaitable<void> Phone::look() {
  const auto snapshot = co_await call(operations::get_snapshot);
  if (snapshot) take_document(snapshot->n, snapshot->document);
}

/// A phone that can't get what it missed begins anew.
awaitable<void> Phone::close_the_gap() {
  try {
    co_await look();
  } catch (const platform::http::NoAnswer&) {
    disconnect();
  }
}

awaitable<Reply<boost::json::value>> Phone::send(std::string type, boost::json::value data) {
  const auto id = std::to_string(next_frame_id_++);
  if (!socket_) throw NeverHappened{"the socket is closed"};
  asked_[id] = type;
  socket_->send(
      base::json::to_text(contracts::FrameIn{.type = type, .id = id, .data = std::move(data)}));
  co_await until("an answer to " + type,
                 [&id](const Phone& phone) { return phone.answers_.contains(id); });
  auto answer = std::move(answers_.extract(id).mapped());
  if (answer.ok) co_return std::move(answer.data);
  co_return std::unexpected{
      base::json::decode<contracts::Problem>(answer.data, base::json::Unknown::ignore).value()};
}

void Phone::stay_at(geo::Point point) {
  const bool reports_already = way_.has_value();
  way_ = {.from = point, .to = point, .since = runtime_.now()};
  report({fix_at(point)});
  if (!reports_already) tasks_.spawn("phone.report", [this] { return keep_reporting(); });
}

void Phone::go_to(geo::Point point, double speed_kmh) {
  const auto from = place().value();
  const auto seconds =
      std::chrono::round<std::chrono::seconds>(travel_time(from, point, speed_kmh));
  const auto steps = std::max(1, static_cast<int>(seconds / fix_interval));
  std::vector<contracts::Fix> fixes;
  for (int step = 1; step <= steps; ++step) {
    clock_offset_ += fix_interval;
    fixes.push_back(fix_at(between(from, point, static_cast<double>(step) / steps)));
  }
  way_ = {.from = point, .to = point, .since = runtime_.now()};
  report(std::move(fixes));
}

void Phone::set_out(geo::Point point, double speed_kmh) {
  const auto from = place().value();
  way_ = {.from = from,
          .to = point,
          .since = runtime_.now(),
          .takes = travel_time(from, point, speed_kmh)};
}

base::Duration Phone::until_there() const {
  if (!way_) return base::Duration{0};
  return std::max(base::Duration{0}, way_->since + way_->takes - runtime_.now());
}

std::optional<geo::Point> Phone::place() const {
  if (!way_) return {};
  if (until_there() == base::Duration{0}) return way_->to;
  const auto gone = static_cast<double>((runtime_.now() - way_->since).count());
  return between(way_->from, way_->to, gone / static_cast<double>(way_->takes.count()));
}

awaitable<void> Phone::keep_reporting() {
  for (;;) {
    co_await platform::runtime::sleep_for(report_interval_);
    report({fix_at(*place())});
    if (awaits_its_fare()) send_again();
  }
}

bool Phone::awaits_its_fare() const {
  const auto& ride = document_.ride;
  return ride && ride->state == domain::ride::RideState::completed && !ride->fare;
}

void Phone::send_again() {
  const auto now = runtime_.now();
  if (now < send_again_at_) return;
  send_again_at_ = now + send_again_interval;
  send({unmetered_.begin(), unmetered_.end()});
}

awaitable<Reply<boost::json::value>> Phone::report_here() {
  const contracts::ReportPositions report{{fix_at(place().value())}};
  return send(std::string{frames::report_positions}, base::json::encode(report));
}

contracts::Fix Phone::fix_at(geo::Point point) {
  return {.latitude = point.latitude,
          .longitude = point.longitude,
          .at = runtime_.now() + clock_offset_,
          .sequence = ++sequence_,
          .accuracy_m = accuracy_m,
          .speed_mps = {},
          .heading = {}};
}

void Phone::report(std::vector<contracts::Fix> fixes) {
  unmetered_.insert(unmetered_.end(), fixes.begin(), fixes.end());
  while (unmetered_.size() > unmetered_max) unmetered_.pop_front();
  send(std::move(fixes));
}

void Phone::send(std::vector<contracts::Fix> fixes) {
  if (!socket_) return;
  for (auto rest = std::span{fixes}; !rest.empty();) {
    const auto part = rest.first(std::min(rest.size(), contracts::ReportPositions::fixes_max));
    rest = rest.subspan(part.size());
    socket_->send(base::json::to_text(contracts::FrameIn{
        .type = std::string{frames::report_positions},
        .id = {},
        .data = base::json::encode(contracts::ReportPositions{{part.begin(), part.end()}})}));
  }
}

void Phone::forget_metered(std::int64_t through) {
  std::erase_if(unmetered_, [&](const contracts::Fix& fix) { return fix.sequence <= through; });
}

awaitable<void> Phone::until(std::string what, std::function<bool(const Phone&)> holds,
                             std::chrono::milliseconds limit) {
  asio::steady_timer timer{runtime_.executor(), limit};
  const Waiting waiting{waiting_, timer};
  while (!holds(*this)) {
    if (breach_) std::rethrow_exception(breach_);
    if (timer.expiry() <= asio::steady_timer::clock_type::now()) {
      throw NeverHappened{"never happened: " + what};
    }
    boost::system::error_code woken;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

void Phone::wake() {
  for (auto* timer : waiting_) timer->cancel();
}

}  // namespace sim
