#pragma once

/// Answers consumers who miss events: MissingEvents on `outbox.<service>`, together with the other
/// instances of the service.

#include <deque>
#include <memory>
#include <string>

#include "platform/bus/bell.hpp"
#include "platform/bus/connection.hpp"
#include "platform/postgres/pool.hpp"

namespace platform::bus {

/// One question after the other, so that consumers who catch up leave the pool to others. Of too
/// many the oldest get no answer, and are asked again.
class OutboxServer : public std::enable_shared_from_this<OutboxServer> {
 public:
  OutboxServer(runtime::Runtime& runtime, Connection& connection, postgres::Pool& pool,
               std::string service);

  /// In `runtime.tasks()`.
  void start();
  void stop();

 private:
  void ask(Message question);
  awaitable<void> answer_next();

  runtime::Runtime& runtime_;
  Connection& connection_;
  postgres::Pool& pool_;
  const std::string service_;
  std::deque<Message> questions_;
  Bell asked_;
  bool stopping_ = false;
  std::unique_ptr<Subscription> subscription_;
};

}  // namespace platform::bus
