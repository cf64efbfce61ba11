#include "platform/redis/link.hpp"

#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "platform/resilience/retry.hpp"
#include "platform/telemetry/log.hpp"

namespace platform::redis {

namespace asio = boost::asio;

Link::Link(runtime::Runtime& runtime, Config config)
    : runtime_(runtime),
      config_(std::move(config)),
      first_tried_(runtime.executor(), config_.connect_timeout),
      pause_(runtime.executor()) {}

void Link::start() { runtime_.tasks().spawn("redis.link", keep(shared_from_this())); }

awaitable<void> Link::keep(std::shared_ptr<Link> self) {
  while (!self->closed_) {
    try {
      co_await self->open_and_serve();
    } catch (const Unavailable& failure) {
      self->lose(failure.what());
    }
    if (!self->closed_) co_await self->pause();
  }
}

awaitable<void> Link::open_and_serve() {
  ready_ = false;
  session_ = std::make_shared<Session>(runtime_.executor());
  co_await session_->open(config_);
  ready_ = tried_ = true;
  if (failures_ > 0) telemetry::info("redis.reached");
  failures_ = 0;
  first_tried_.cancel();
  lose(co_await session_->serve());
}

void Link::lose(const std::string& reason) {
  if (closed_) return;
  if (failures_++ == 0) telemetry::warn("redis.unreachable", {{"reason", reason}});
  why_none_ = reason;
  tried_ = true;
  first_tried_.cancel();
}

awaitable<void> Link::pause() {
  pause_.expires_after(resilience::jittered({}, failures_ - 1, runtime_.entropy()));
  boost::system::error_code closed;
  co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, closed));
}

awaitable<void> Link::wait_for_first() {
  boost::system::error_code tried;
  co_await first_tried_.async_wait(asio::redirect_error(asio::use_awaitable, tried));
}

awaitable<std::vector<Answer>> Link::ask(std::vector<Command> commands) {
  if (!has_session() && !tried_) co_await wait_for_first();
  if (!has_session()) throw Unavailable{why_none_};
  if (session_->outstanding() + commands.size() > config_.pending_max) {
    throw Unavailable{"too many commands await an answer of Redis"};
  }
  std::string request;
  for (const auto& command : commands) encode(command, request);
  co_return co_await session_->ask(std::move(request), commands.size(), config_.answer_timeout);
}

void Link::close() {
  if (std::exchange(closed_, true)) return;
  why_none_ = "the connection to Redis is closed";
  if (session_) session_->end(why_none_);
  first_tried_.cancel();
  pause_.cancel();
}

}  // namespace platform::redis
