#include "platform/redis/session.hpp"

#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace platform::redis {

namespace asio = boost::asio;
using asio::ip::tcp;

/// Somebody who asked, until all answers are there or none will come.
struct Session::Question {
  Question(const asio::any_io_executor& executor, std::size_t count,
           std::chrono::milliseconds limit)
      : missing(count), woken(executor, limit) {}

  void wake() { woken.expires_at(asio::steady_timer::time_point::min()); }

  std::size_t missing;
  std::vector<Answer> answers;
  asio::steady_timer woken;
};

awaitable<void> Session::open(const Config& config) {
  asio::steady_timer limit{socket_.get_executor(), config.connect_timeout};
  limit.async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
    if (!cancelled) self->end("Redis did not accept a connection in time");
  });
  try {
    co_await connect(config);
    co_await sign_in(config);
  } catch (const boost::system::system_error& failure) {
    if (has_ended()) throw Unavailable{end_reason_};
    if (failure.code() == asio::error::operation_aborted) throw;
    throw Unavailable{failure.code().message()};
  }
}

awaitable<void> Session::connect(const Config& config) {
  tcp::resolver resolver{socket_.get_executor()};
  const auto found = co_await resolver.async_resolve(config.host, std::to_string(config.port),
                                                     asio::use_awaitable);
  co_await asio::async_connect(socket_, found, asio::use_awaitable);
  socket_.set_option(tcp::no_delay{true});
}

awaitable<void> Session::sign_in(const Config& config) {
  if (config.password.empty()) co_return;
  Command command{"AUTH"};
  if (!config.username.empty()) command.push_back(config.username);
  command.push_back(config.password);
  std::string request;
  encode(command, request);
  co_await asio::async_write(socket_, asio::buffer(request), asio::use_awaitable);
  const auto answer = co_await read_answer();
  if (answer.is_error) throw Unavailable{answer.reply.text()};
}

awaitable<Answer> Session::read_answer() {
  auto answer = parser_.next();
  for (; !answer; answer = parser_.next()) co_await read_some();
  co_return std::move(*answer);
}

awaitable<void> Session::read_some() {
  const auto size = co_await socket_.async_read_some(asio::buffer(received_), asio::use_awaitable);
  parser_.feed({received_.data(), size});
}

awaitable<std::string> Session::serve() {
  try {
    while (true) {
      co_await read_some();
      while (auto answer = parser_.next()) deliver(std::move(*answer));
    }
  } catch (const boost::system::system_error& failure) {
    const bool cancelled = failure.code() == asio::error::operation_aborted && !has_ended();
    end(failure.code().message());
    if (cancelled) throw;
  } catch (const Unavailable& failure) {
    end(failure.what());
  }
  co_return end_reason_;
}

void Session::deliver(Answer answer) {
  if (questions_.empty()) throw Unavailable{"Redis answered what nobody asked"};
  auto& question = *questions_.front();
  question.answers.push_back(std::move(answer));
  --outstanding_;
  if (--question.missing > 0) return;
  question.wake();
  questions_.pop_front();
}

awaitable<std::vector<Answer>> Session::ask(std::string request, std::size_t count,
                                            std::chrono::milliseconds limit) {
  const auto self = shared_from_this();
  const auto question = std::make_shared<Question>(socket_.get_executor(), count, limit);
  questions_.push_back(question);
  outstanding_ += count;
  send(request);
  boost::system::error_code woken;
  co_await question->woken.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  if (question->missing == 0) co_return std::move(question->answers);
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none) {
    throw boost::system::system_error{asio::error::operation_aborted};
  }
  if (has_ended()) throw Unavailable{end_reason_};
  end("Redis did not answer in time");
  throw SilentServer{end_reason_};
}

void Session::end(const std::string& reason) {
  if (has_ended()) return;
  end_reason_ = reason;
  boost::system::error_code ignored;
  socket_.close(ignored);
  for (const auto& question : std::exchange(questions_, {})) question->wake();
  outstanding_ = 0;
}

void Session::send(const std::string& request) {
  unsent_ += request;
  if (being_sent_.empty()) write();
}

// What is asked while a write is under way travels with the next one.
void Session::write() {
  being_sent_ = std::exchange(unsent_, {});
  if (being_sent_.empty() || has_ended()) return;
  asio::async_write(
      socket_, asio::buffer(being_sent_),
      [self = shared_from_this()](const boost::system::error_code& failure, std::size_t) {
        if (failure) return self->end(failure.message());
        self->write();
      });
}

}  // namespace platform::redis
