#include "sim/phone.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "platform/runtime/deadline.hpp"

namespace sim {
namespace {

namespace asio = boost::asio;
namespace ws = platform::ws;
namespace operations = contracts::operations;
namespace frames = contracts::frames;

constexpr auto inbox_limit = std::chrono::seconds{5};
constexpr auto inbox_pause = std::chrono::milliseconds{20};
constexpr std::size_t code_digits = 6;

std::string socket_url(const std::string& base_url) {
  return "ws" + base_url.substr(std::string_view{"http"}.size()) + "/v1/ws";
}

contracts::Document document_of(const boost::json::value& from) {
  auto document = base::json::decode<contracts::Document>(from, base::json::Unknown::ignore);
  if (!document) throw std::runtime_error{"a document breaks the contract"};
  return *std::move(document);
}

}  // namespace

Phone::Phone(platform::runtime::Runtime& runtime, platform::http::Client& http,
             std::string base_url)
    : runtime_(runtime), api_(runtime, http, std::move(base_url)) {}

Phone::~Phone() { disconnect(); }

awaitable<void> Phone::log_in(std::string msisdn) {
  const auto challenge = co_await call(operations::request_otp, {.msisdn = msisdn});
  if (!challenge) throw std::runtime_error{"no code: " + challenge.error().code};
  auto code = co_await read_code(msisdn);
  const auto tokens = co_await call(
      operations::verify_otp,
      {.challenge_id = challenge->challenge_id, .code = std::move(code), .device = "sim"});
  if (!tokens) throw std::runtime_error{"no tokens: " + tokens.error().code};
  tokens_ = *tokens;
  api_.use_token(tokens_.access_token);
}

awaitable<std::string> Phone::read_code(std::string msisdn) {
  const auto give_up_at = runtime_.now() + inbox_limit;
  while (runtime_.now() < give_up_at) {
    const auto response = co_await api_.get("/dev/inbox/" + msisdn);
    if (response.status == 200) {
      const auto inbox = base::json::parse(response.body).value();
      co_return std::string{inbox.as_object().at("text").as_string()}.substr(0, code_digits);
    }
    co_await platform::runtime::sleep_for(inbox_pause);
  }
  throw NeverHappened{"no code came to " + msisdn};
}

awaitable<Reply<contracts::Tokens>> Phone::refresh() {
  auto tokens =
      co_await call(operations::refresh_tokens, {.refresh_token = tokens_.refresh_token});
  if (tokens) {
    tokens_ = *tokens;
    api_.use_token(tokens_.access_token);
  }
  co_return tokens;
}

awaitable<void> Phone::connect() {
  n_ = -1;
  close_code_ = 0;
  socket_ = co_await ws::connect(runtime_, socket_url(api_.base_url()),
                                 {{"Authorization", "Bearer " + tokens_.access_token}});
  runtime_.tasks().spawn("phone.follow", [this, socket = socket_] { return follow(socket); });
  co_await until("the snapshot after connecting", [](const Phone& phone) { return phone.n_ >= 0; });
}

void Phone::disconnect() {
  if (socket_) socket_->close(ws::CloseCode::normal);
}

awaitable<void> Phone::follow(std::shared_ptr<ws::Socket> socket) {
  while (const auto text = co_await socket->read()) {
    const auto frame = base::json::from_text<contracts::FrameOut>(*text);
    if (!frame) throw std::runtime_error{"a frame breaks the contract: " + frame.error()};
    co_await take(*frame);
    wake();
  }
  if (socket_ == socket) {
    close_code_ = socket->close_code();
    socket_.reset();
  }
  wake();
}

awaitable<void> Phone::take(const contracts::FrameOut& frame) {
  const auto data = frame.data.value_or(nullptr);
  if (frame.type == frames::ack || frame.type == frames::error) {
    if (frame.id) answers_[*frame.id] = {.ok = frame.type == frames::ack, .data = data};
  } else if (frame.type == frames::snapshot) {
    take_document(frame.n.value_or(0), data);
  } else if (!frame.n) {
    momentary_[frame.type] = data;
  } else if (*frame.n == n_ + 1) {
    take_document(*frame.n, data);
  } else if (*frame.n > n_) {
    ++gaps_;
    co_await fetch_document();
  }
}

void Phone::take_document(std::int64_t n, const boost::json::value& document) {
  if (n < n_) return;
  n_ = n;
  document_ = document_of(document);
}

awaitable<void> Phone::fetch_document() {
  const auto snapshot = co_await call(operations::get_snapshot);
  if (snapshot) take_document(snapshot->n, snapshot->document);
}

awaitable<Reply<boost::json::value>> Phone::send(std::string type, boost::json::value data) {
  const auto id = std::to_string(next_frame_id_++);
  if (!socket_) throw NeverHappened{"the socket is closed"};
  socket_->send(base::json::to_text(
      contracts::FrameIn{.type = type, .id = id, .data = std::move(data)}));
  co_await until("an answer to " + type,
                 [&id](const Phone& phone) { return phone.answers_.contains(id); });
  auto answer = std::move(answers_.extract(id).mapped());
  if (answer.ok) co_return std::move(answer.data);
  co_return std::unexpected{
      base::json::decode<contracts::Problem>(answer.data, base::json::Unknown::ignore).value()};
}

std::int64_t Phone::report(domain::geo::Point point, double accuracy_m) {
  ++sequence_;
  if (!socket_) return sequence_;
  const contracts::ReportPositions report{.fixes = {{.latitude = point.latitude,
                                                     .longitude = point.longitude,
                                                     .at = runtime_.now(),
                                                     .sequence = sequence_,
                                                     .accuracy_m = accuracy_m,
                                                     .speed_mps = {},
                                                     .heading = {}}}};
  socket_->send(base::json::to_text(contracts::FrameIn{.type = std::string{frames::report_positions},
                                                       .id = {},
                                                       .data = base::json::encode(report)}));
  return sequence_;
}

awaitable<void> Phone::until(std::string what, std::function<bool(const Phone&)> holds,
                             std::chrono::milliseconds limit) {
  asio::steady_timer timer{runtime_.executor(), limit};
  const auto place = waiting_.insert(&timer).first;
  while (!holds(*this)) {
    if (timer.expiry() <= asio::steady_timer::clock_type::now()) {
      waiting_.erase(place);
      throw NeverHappened{"never happened: " + what};
    }
    boost::system::error_code woken;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  waiting_.erase(place);
}

void Phone::wake() {
  for (auto* timer : waiting_) timer->cancel();
}

}  // namespace sim
