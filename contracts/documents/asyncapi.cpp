#include "contracts/documents/asyncapi.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <boost/json/array.hpp>

#include "contracts/documents/catalogue.hpp"
#include "contracts/documents/frames.hpp"
#include "contracts/documents/schemas.hpp"
#include "contracts/errors.hpp"
#include "contracts/frames.hpp"
#include "contracts/location.hpp"
#include "contracts/snapshot.hpp"
#include "contracts/subjects.hpp"

namespace contracts::documents {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr const char* about = R"(What comes and goes by itself: the WebSocket that phones keep open,
and, for those who work on the services, what these say to each other over NATS. Phones need the
channel `socket` alone.

**Commands** are request and reply, to the queue group of the service. The caller is in headers, as
the edge vouches for it: `Caller-User`, `Caller-Session`, `Caller-Driver` (yes or no), `Caller-Staff`;
beside them `Idempotency-Key` and `traceparent`. The reply has the HTTP status in the header `Status`
and, for an error, a Problem.

**Events** must not be lost. They go through JetStream (files, kept an hour); the outbox of the
producer is the record, kept 7 days. `shard` is 0 to 15, by the key: events of one shard are applied
in order. Headers: `Nats-Msg-Id` (the event's id), `position` (rises by one in the shard), `key`, `at`,
`traceparent`. A consumer stores the position that it has applied in the commit of the effect, skips
lower ones, and asks `outbox.<service>` for those it misses.

**Signals** are momentary: the next one replaces the last.)";

constexpr const char* about_socket = R"(One socket for each session. The access token is in the
`Authorization` header or, for browsers, offered as the subprotocol `bearer.<token>` beside
`nebengjek.v1`; never in the URL.

**In**: `{"type", "id", "data"}`. A frame with an `id` is answered by `ack` or `error` with the same
`id`, which is also its Idempotency-Key: after a lost connection the same frame can be sent again.

**Out**: a frame with `n` is a change of the user's document; its data is the whole document and `n`
rises by one with each. If a number is missing, or after reconnecting, `GET /v1/me/snapshot` (or the
`snapshot` frame that follows every connection) is the truth. Frames without `n` are momentary.

At most 16 KB a message, and 50 messages a second. The server pings every 20 s and waits 10 s.

| closed with | because | then |
|---|---|---|
| 1000 | the phone asked | |
| 1001 | the server stops | reconnect, after a random second or two |
| 1003, 1007 | not text, not UTF-8 | mend the phone |
| 1008 | too many messages | slow down, reconnect |
| 1009 | a message is too large | send fewer fixes at a time |
| 1011 | our mistake | reconnect, waiting longer each time |
| 1013 | the phone reads too slowly | reconnect, take the snapshot |
| 4401 | the token has expired or the session has ended | refresh the token, reconnect; else log in |
| 4409 | a newer socket of the session has replaced it | leave it closed |
| 1006 | the connection broke | reconnect, waiting longer each time |)";

/// As platform/bus announces it.
object dead_letter_schema() {
  const object text{{"type", "string"}};
  const object id{{"type", "string"}, {"format", "uuid"}};
  return {{"type", "object"},
          {"description", "An event that could not be applied, after the last try"},
          {"properties",
           {{"consumer", text},
            {"producer", text},
            {"type", text},
            {"key", id},
            {"event_id", id},
            {"attempts", {{"type", "integer"}, {"format", "int32"}}},
            {"reason", text},
            {"trace", text}}},
          {"required", array{"consumer", "producer", "type", "key", "event_id", "attempts",
                             "reason", "trace"}}};
}

object constant(std::string_view text) { return {{"const", boost::json::string_view{text}}}; }

/// AsyncAPI's names have no dots.
std::string key_of(std::string_view name) {
  std::string key{name};
  std::ranges::replace(key, '.', '_');
  return key;
}

object channel_reference(const std::string& channel) { return {{"$ref", "#/channels/" + channel}}; }

object message_reference(const std::string& channel, const std::string& message) {
  return {{"$ref", "#/channels/" + channel + "/messages/" + message}};
}

object frame_schema(object properties, const array& required) {
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", required}};
}

object message(std::string_view name, std::string_view summary, object payload, value example) {
  return {{"name", boost::json::string_view{name}},
          {"summary", boost::json::string_view{summary}},
          {"payload", std::move(payload)},
          {"examples", array{object{{"payload", std::move(example)}}}}};
}

class Document {
 public:
  Document() {
    schemas_.referring(base::json::schema_of<Problem>());
    schemas_.referring(base::json::schema_of<contracts::Document>());
    add_socket();
    for (const auto& operation : all_operations()) add_command(operation);
    for (const auto& event : all_events()) add_event(event);
    add_signals();
    add_dead_letters();
  }

  object text() const {
    return {{"asyncapi", "3.0.0"},
            {"info",
             {{"title", "NebengJek"},
              {"version", "1"},
              {"description", about},
              {"license", {{"name", "Apache-2.0"}}}}},
            {"defaultContentType", "application/json"},
            {"servers",
             {{"edge",
               {{"host", "127.0.0.1:8080"},
                {"protocol", "ws"},
                {"description", "`./dev up` on this machine"}}},
              {"nats",
               {{"host", "127.0.0.1:4222"},
                {"protocol", "nats"},
                {"description", "Between services; phones can't reach it"}}}}},
            {"channels", channels_},
            {"operations", operations_},
            {"components", {{"schemas", schemas_.components()}}}};
  }

 private:
  // --- the WebSocket ---

  void add_socket() {
    object messages;
    for (const auto& frame : frames_in()) {
      const auto key = "in_" + key_of(frame.type);
      messages[key] = frame_in(frame);
      operation("receive_" + key_of(frame.type), "receive", "socket", key, frame.summary);
    }
    messages["ack"] = ack();
    messages["error"] = error();
    operation("send_ack", "send", "socket", "ack", "A frame with an id was granted");
    operation("send_error", "send", "socket", "error", "A frame was refused");
    for (const auto& frame : frames_out()) {
      const auto key = "out_" + key_of(frame.type);
      messages[key] = frame_out(frame);
      operation("send_" + key_of(frame.type), "send", "socket", key, frame.summary);
    }
    channels_["socket"] = object{{"address", "/v1/ws"},
                                 {"servers", array{object{{"$ref", "#/servers/edge"}}}},
                                 {"title", "The phone's socket"},
                                 {"description", about_socket},
                                 {"messages", std::move(messages)}};
  }

  object frame_in(const Frame& frame) {
    const object id{{"type", "string"}, {"minLength", 1}, {"maxLength", 64}};
    auto payload = frame_schema({{"type", constant(frame.type)},
                                 {"id", id},
                                 {"data", schemas_.referring(frame.data.schema)}},
                                {"type", "data"});
    auto described = message(frame.type, frame.summary, std::move(payload),
                             {{"type", frame.type}, {"id", "42"}, {"data", frame.data.example}});
    if (!frame.answer.empty()) described["x-answer"] = boost::json::string_view{frame.answer};
    return described;
  }

  object frame_out(const Frame& frame) {
    object properties{{"type", constant(frame.type)}};
    array required{"type", "data"};
    object example{{"type", frame.type}};
    if (frame.numbered) {
      properties["n"] = object{{"type", "integer"}, {"format", "int64"}, {"minimum", 0}};
      required.emplace_back("n");
      example["n"] = 17;
    }
    properties["data"] = schemas_.referring(frame.data.schema);
    example["data"] = frame.data.example;
    return message(frame.type, frame.summary, frame_schema(std::move(properties), required),
                   std::move(example));
  }

  static object ack() {
    auto payload = frame_schema(
        {{"type", constant(frames::ack)},
         {"id", {{"type", "string"}}},
         {"data", {{"description", "What the operation answers; absent where that is nothing"}}}},
        {"type", "id"});
    return message(frames::ack, "The frame of this id was granted", std::move(payload),
                   {{"type", frames::ack}, {"id", "42"}, {"data", {{"on", true}}}});
  }

  static object error() {
    auto payload =
        frame_schema({{"type", constant(frames::error)},
                      {"id", {{"type", "string"}, {"description", "Absent where it had none"}}},
                      {"data", reference_to("Problem")}},
                     {"type", "data"});
    return message(frames::error, "The frame of this id was refused", std::move(payload),
                   {{"type", frames::error},
                    {"id", "42"},
                    {"data", base::json::encode(problem(domain::Rejection::proposal_closed))}});
  }

  // --- between services ---

  void add_command(const CatalogueOperation& command) {
    const auto& row = *command.row;
    const auto channel = key_of(row.subject);
    auto request = message(command.request.name, row.summary,
                           schemas_.referring(command.request.schema), command.request.example);
    auto answer = message(command.answer.name, "Granted", schemas_.referring(command.answer.schema),
                          command.answer.example);
    auto refusal = message("Problem", "Refused", reference_to("Problem"),
                           base::json::encode(problem(errors::unavailable)));
    nats_channel(channel, std::string{row.subject}, row.summary,
                 {{"request", std::move(request)},
                  {"answer", std::move(answer)},
                  {"problem", std::move(refusal)}});
    auto& described = operation(channel, "receive", channel, "request", row.summary);
    described["reply"] = object{{"channel", channel_reference(channel)},
                                {"messages", array{message_reference(channel, "answer"),
                                                   message_reference(channel, "problem")}}};
  }

  void add_event(const CatalogueEvent& event) {
    const auto producer = std::string{base::json::name_of(event.producer)};
    const auto channel = "event_" + key_of(event.type);
    const auto summary = std::string{"Of "} + producer + ", never lost";
    nats_channel(channel, "events." + producer + ".{shard}." + std::string{event.type}, summary,
                 {{"event", message(event.type, summary, schemas_.referring(event.payload.schema),
                                    event.payload.example)}});
    channels_.at(channel).as_object()["parameters"] =
        object{{"shard", {{"description", "0 to 15, by the key"}}}};
    operation(channel, "send", channel, "event", summary);
  }

  template <class Payload>
  void add_signal(const std::string& channel, const std::string& subject,
                  std::string_view summary) {
    const auto payload = payload_type<Payload>(channel);
    nats_channel(channel, subject, summary,
                 {{"signal", message(payload.name, summary, schemas_.referring(payload.schema),
                                     payload.example)}});
    operation(channel, "send", channel, "signal", summary);
  }

  void add_signals() {
    add_signal<PositionBatch>("signal_positions", std::string{subjects::positions},
                              "From the edge to every location instance");
    add_signal<MeterReading>("signal_meters", std::string{subjects::meters},
                             "From location to one rides instance, for the running fare");
    add_signal<Nothing>("signal_match_wake", std::string{subjects::match_wake},
                        "Among match instances: who waits or who is free may have changed");
    add_signal<UserFrame>("signal_user", "signals.users.{user_id}",
                          "A frame for one user, to the edge that has the socket");
    add_signal<SessionChanged>("signal_session", "signals.sessions.{session_id}",
                               "The session has ended, or has a newer socket");
    add_signal<Nothing>("signal_alive", subjects::alive("{service}"),
                        "Twice a second from each instance that serves");
    parameter("signal_alive", "service");
    parameter("signal_user", "user_id");
    parameter("signal_session", "session_id");
  }

  void add_dead_letters() {
    schemas_.add("DeadLetterNotice", dead_letter_schema());
    nats_channel(
        "dead_letters", "dlq.{service}", "Each event that a service gave up on.",
        {{"notice", message("DeadLetterNotice", "Announced once", reference_to("DeadLetterNotice"),
                            {{"consumer", "edge"},
                             {"producer", "rides"},
                             {"type", "ride.started"},
                             {"key", "0192f0c1-4f5a-7b3c-8d21-3a7e5c9f1b60"},
                             {"event_id", "0192f0c2-0000-7000-8000-000000000001"},
                             {"attempts", 6},
                             {"reason", "ride.ride_id is missing"},
                             {"trace", ""}})}});
    parameter("dead_letters", "service");
    operation("announce_dead_letter", "send", "dead_letters", "notice", "An event was given up on");
  }

  void nats_channel(const std::string& channel, std::string address, std::string_view description,
                    object messages) {
    channels_[channel] = object{{"address", std::move(address)},
                                {"servers", array{object{{"$ref", "#/servers/nats"}}}},
                                {"description", boost::json::string_view{description}},
                                {"messages", std::move(messages)}};
  }

  void parameter(const std::string& channel, std::string_view name) {
    channels_.at(channel).as_object()["parameters"] = object{{name, object{}}};
  }

  object& operation(const std::string& name, std::string_view action, const std::string& channel,
                    const std::string& message, std::string_view summary) {
    return operations_
        .emplace(name, object{{"action", boost::json::string_view{action}},
                              {"channel", channel_reference(channel)},
                              {"summary", boost::json::string_view{summary}},
                              {"messages", array{message_reference(channel, message)}}})
        .first->value()
        .as_object();
  }

  Schemas schemas_;
  object channels_;
  object operations_;
};

}  // namespace

object asyncapi() { return Document{}.text(); }

}  // namespace contracts::documents
