#include "platform/bus/requests.hpp"

#include <charconv>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace platform::bus {
namespace {

namespace asio = boost::asio;

std::uint64_t token_of(std::string_view subject) {
  const auto text = subject.substr(subject.rfind('.') + 1);
  std::uint64_t token = 0;
  std::from_chars(text.data(), text.data() + text.size(), token);
  return token;
}

}  // namespace

Requests::Requests(asio::any_io_executor executor, std::string inbox, std::size_t pending_max)
    : executor_(std::move(executor)), inbox_(std::move(inbox)), pending_max_(pending_max) {}

void Requests::deliver(Message message) {
  const auto found = pending_.find(token_of(message.subject));
  if (found == pending_.end()) return;
  found->second->answer_ = std::move(message);
  found->second->timer_.cancel();
}

void Requests::close() {
  for (const auto& [token, request] : pending_) request->timer_.cancel();
}

PendingRequest::PendingRequest(std::shared_ptr<Requests> requests)
    : requests_(std::move(requests)),
      token_(++requests_->last_token_),
      timer_(requests_->executor_) {
  if (requests_->pending_.size() >= requests_->pending_max_) {
    throw Unavailable{"too many requests are waiting for answers"};
  }
  reply_to_ = requests_->inbox_ + '.' + std::to_string(token_);
  requests_->pending_.emplace(token_, this);
}

PendingRequest::~PendingRequest() { requests_->pending_.erase(token_); }

awaitable<std::optional<Message>> PendingRequest::answer(std::chrono::milliseconds limit) {
  boost::system::error_code waited;
  timer_.expires_after(limit);
  co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, waited));
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none) {
    throw boost::system::system_error{asio::error::operation_aborted};
  }
  co_return std::move(answer_);
}

}  // namespace platform::bus
