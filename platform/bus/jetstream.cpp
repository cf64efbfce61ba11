#include "platform/bus/jetstream.hpp"

#include <charconv>
#include <utility>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/json/parse.hpp"
#include "platform/bus/subjects.hpp"

namespace platform::bus {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr auto api_timeout = 2s;  // Making a stream writes files.
constexpr auto keep_for = 1h;
constexpr auto remember_ids_for = 2min;
constexpr auto acknowledge_within = 10s;
constexpr std::int64_t stream_exists = 10058;  // Under another configuration.

std::int64_t nanoseconds(std::chrono::nanoseconds duration) { return duration.count(); }

struct ApiError {
  std::int64_t code = 0;  ///< 0: none.
  std::string description;
};

ApiError error_in(std::string_view answer) {
  const auto value = base::json::parse(answer);
  if (!value || !value->is_object()) return {-1, "not an answer of JetStream"};
  const auto* error = value->as_object().if_contains("error");
  if (error == nullptr) return {};
  const auto* code = error->as_object().if_contains("err_code");
  const auto* description = error->as_object().if_contains("description");
  return {
      code == nullptr ? -1 : code->to_number<std::int64_t>(),
      description == nullptr ? "" : std::string{description->as_string()},
  };
}

awaitable<ApiError> call(Connection& connection, std::string subject, json::value request) {
  const auto answer =
      co_await connection.request(std::move(subject), json::serialize(request), {}, api_timeout);
  co_return error_in(answer.data);
}

void throw_if(const ApiError& error, const std::string& what) {
  if (error.code != 0) throw Unavailable{what + ": " + error.description};
}

json::value stream_request(const StreamConfig& config) {
  return {
      {"name", stream_of(config.service)},
      {"subjects", json::array{events_prefix(config.service) + '>'}},
      {"storage", "file"},
      {"retention", "limits"},
      {"discard", "old"},
      {"max_age", nanoseconds(keep_for)},
      {"max_bytes", config.bytes_max},
      {"duplicate_window", nanoseconds(remember_ids_for)},
      {"num_replicas", config.replicas},
  };
}

json::value durable_request(const DurableConfig& config) {
  return {
      {"stream_name", stream_of(config.producer)},
      {"config",
       {
           {"durable_name", config.name},
           {"filter_subject", shard_subjects(config.producer, config.shard)},
           {"deliver_policy", "all"},
           {"ack_policy", "explicit"},
           {"ack_wait", nanoseconds(acknowledge_within)},
           {"max_deliver", -1},
           {"max_ack_pending", config.unacknowledged_max},
           {"replay_policy", "instant"},
       }},
  };
}

}  // namespace

awaitable<void> ensure_stream(Connection& connection, const StreamConfig& config) {
  const auto name = stream_of(config.service);
  const auto request = stream_request(config);
  auto error = co_await call(connection, "$JS.API.STREAM.CREATE." + name, request);
  if (error.code == stream_exists) {
    error = co_await call(connection, "$JS.API.STREAM.UPDATE." + name, request);
  }
  throw_if(error, name);
}

awaitable<void> ensure_durable(Connection& connection, const DurableConfig& config) {
  const auto stream = stream_of(config.producer);
  auto subject = "$JS.API.CONSUMER.DURABLE.CREATE." + stream + '.' + config.name;
  throw_if(co_await call(connection, std::move(subject), durable_request(config)),
           stream + '/' + config.name);
}

void pull(Connection& connection, const DurableConfig& config, const std::string& inbox,
          std::size_t count, std::chrono::milliseconds expires) {
  const json::value request{{"batch", count}, {"expires", nanoseconds(expires)}};
  connection.publish_request(
      "$JS.API.CONSUMER.MSG.NEXT." + stream_of(config.producer) + '.' + config.name, inbox,
      json::serialize(request));
}

void acknowledge(Connection& connection, const std::string& reply_to) {
  connection.publish_signal(reply_to, "+ACK");
}

StreamPublisher::StreamPublisher(runtime::Runtime& runtime, Connection& connection)
    : connection_(connection),
      inbox_(connection.new_inbox()),
      all_answered_(runtime.executor()),
      answers_(connection.subscribe(inbox_ + ".*", "",
                                    [this](const Message& answer) { on_answer(answer); })) {}

awaitable<std::vector<bool>> StreamPublisher::publish(const std::vector<Message>& messages,
                                                      std::chrono::milliseconds limit) {
  first_token_ += stored_.size();
  stored_.assign(messages.size(), false);
  unanswered_ = messages.size();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto& message = messages[i];
    connection_.publish_request(message.subject, inbox_ + '.' + std::to_string(first_token_ + i),
                                message.data, message.headers);
  }
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (unanswered_ > 0) {
    const auto left = deadline - std::chrono::steady_clock::now();
    if (!co_await all_answered_.wait_for(std::chrono::ceil<std::chrono::milliseconds>(left))) break;
  }
  co_return stored_;
}

void StreamPublisher::on_answer(const Message& answer) {
  const auto text = std::string_view{answer.subject}.substr(inbox_.size() + 1);
  std::uint64_t token = 0;
  std::from_chars(text.data(), text.data() + text.size(), token);
  const auto index = token - first_token_;
  if (token < first_token_ || index >= stored_.size()) return;
  stored_[index] = error_in(answer.data).code == 0;
  if (--unanswered_ == 0) all_answered_.ring();
}

}  // namespace platform::bus
