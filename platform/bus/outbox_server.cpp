#include "platform/bus/outbox_server.hpp"

#include <algorithm>
#include <utility>

#include "base/json/json.hpp"
#include "platform/bus/outbox.hpp"
#include "platform/bus/repeat.hpp"
#include "platform/bus/subjects.hpp"
#include "platform/telemetry/log.hpp"

namespace platform::bus {
namespace {

using namespace std::chrono_literals;

constexpr auto look_interval = 1s;
constexpr std::size_t questions_max = 256;
constexpr unsigned events_per_answer_max = 256;
constexpr std::size_t answer_bytes_max = 524'288;  // NATS takes 1 MiB, and JSON escapes.

FoundEvents as_many_as_fit(std::vector<Numbered> rows) {
  FoundEvents answer;
  std::size_t bytes = 0;
  for (auto& row : rows) {
    bytes += row.event.payload.size();
    if (bytes > answer_bytes_max) break;
    answer.events.push_back(to_found(std::move(row)));
  }
  return answer;
}

}  // namespace

OutboxServer::OutboxServer(runtime::Runtime& runtime, Connection& connection, postgres::Pool& pool,
                           std::string service)
    : runtime_(runtime),
      connection_(connection),
      pool_(pool),
      service_(std::move(service)),
      asked_(runtime.executor()) {}

void OutboxServer::start() {
  subscription_ = connection_.subscribe(outbox_subject(service_), "outbox",
                                        [this](Message question) { ask(std::move(question)); });
  runtime_.tasks().spawn("outbox.answer", [self = shared_from_this()] {
    return repeat(
        "outbox." + self->service_, self->runtime_, [self] { return self->answer_next(); },
        [self] { return self->stopping_; });
  });
}

void OutboxServer::stop() {
  subscription_.reset();
  stopping_ = true;
  asked_.ring();
}

void OutboxServer::ask(Message question) {
  if (questions_.size() == questions_max) questions_.pop_front();
  questions_.push_back(std::move(question));
  asked_.ring();
}

awaitable<void> OutboxServer::answer_next() {
  if (questions_.empty()) co_await asked_.wait_for(look_interval);
  if (questions_.empty()) co_return;
  const auto question = std::move(questions_.front());
  questions_.pop_front();
  const auto missing = base::json::from_text<MissingEvents>(question.data);
  if (!missing) {
    telemetry::warn("bus.not_understood",
                    {{"subject", question.subject}, {"reason", missing.error()}});
    co_return;
  }
  const auto limit = std::min(missing->limit, events_per_answer_max);
  auto rows = co_await outbox::rows_after(pool_, missing->shard, missing->after, limit);
  connection_.publish(question.reply_to, base::json::to_text(as_many_as_fit(std::move(rows))));
}

}  // namespace platform::bus
