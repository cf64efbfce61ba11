#include "platform/bus/mailbox.hpp"

#include <iterator>
#include <utility>

#include <boost/asio/post.hpp>

#include "platform/bus/metrics.hpp"
#include "platform/telemetry/log.hpp"

namespace platform::bus {
namespace {

// Then others on this thread have their turn.
constexpr std::size_t messages_per_turn = 256;

}  // namespace

Mailbox::Mailbox(boost::asio::any_io_executor executor, std::string subject, std::size_t capacity,
                 MessageHandler handler)
    : executor_(std::move(executor)),
      subject_(std::move(subject)),
      capacity_(capacity),
      handler_(std::move(handler)) {}

void Mailbox::put(Message message) {
  const std::scoped_lock lock{mutex_};
  if (closed_) return;
  if (waiting_.size() == capacity_) {
    waiting_.pop_front();
    ++lost_;
  }
  waiting_.push_back(std::move(message));
  if (!std::exchange(scheduled_, true)) schedule();
}

void Mailbox::close() {
  {
    const std::scoped_lock lock{mutex_};
    closed_ = true;
    waiting_.clear();
  }
  if (!delivering_) handler_ = nullptr;
}

// Under the lock: once closed_ is set, the executor may be gone.
void Mailbox::schedule() {
  boost::asio::post(executor_, [self = shared_from_this()] { self->deliver(); });
}

void Mailbox::deliver() {
  delivering_ = true;
  for (auto& message : take_some()) {
    if (closed_) break;  // Written by this thread only, so readable without the lock.
    handler_(std::move(message));
  }
  delivering_ = false;
  report_lost();

  const std::scoped_lock lock{mutex_};
  if (closed_) {
    handler_ = nullptr;
  } else if (waiting_.empty()) {
    scheduled_ = false;
  } else {
    schedule();
  }
}

std::deque<Message> Mailbox::take_some() {
  const std::scoped_lock lock{mutex_};
  if (waiting_.size() <= messages_per_turn) return std::exchange(waiting_, {});
  const auto end = waiting_.begin() + messages_per_turn;
  std::deque<Message> taken{std::move_iterator{waiting_.begin()}, std::move_iterator{end}};
  waiting_.erase(waiting_.begin(), end);
  return taken;
}

void Mailbox::report_lost() {
  std::size_t lost = 0;
  {
    const std::scoped_lock lock{mutex_};
    lost = std::exchange(lost_, 0);
  }
  if (lost == 0) return;
  telemetry::warn("bus.messages_lost", {{"subject", subject_}, {"count", lost}});
  metrics::messages_lost.with().add(static_cast<double>(lost));
}

}  // namespace platform::bus
