#include "platform/bus/numbered.hpp"

#include <charconv>
#include <utility>

#include "platform/bus/subjects.hpp"

namespace platform::bus {
namespace {

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

/// What follows "events.<service>.<shard>.".
std::string_view type_in(std::string_view subject, std::string_view prefix) {
  if (!subject.starts_with(prefix)) return {};
  subject.remove_prefix(prefix.size());
  const auto dot = subject.find('.');
  return dot == std::string_view::npos ? std::string_view{} : subject.substr(dot + 1);
}

}  // namespace

Numbered numbered_of(const postgres::Row& row) {
  return {
      .position = row.get<std::int64_t>("position"),
      .event{
          .id = row.get<base::Uuid>("event_id"),
          .type = row.get<std::string>("type"),
          .key = row.get<base::Uuid>("key"),
          .payload = row.get<std::string>("payload"),
          .trace = row.get<std::string>("trace"),
          .at = row.get<base::Instant>("at"),
      },
  };
}

Message to_message(const std::string& service, const Numbered& numbered) {
  const auto& event = numbered.event;
  Message message{
      .subject = event_subject(service, event),
      .headers{
          {"Nats-Msg-Id", event.id.text()},
          {"position", std::to_string(numbered.position)},
          {"key", event.key.text()},
          {"at", base::to_rfc3339(event.at)},
      },
      .data = event.payload,
  };
  if (!event.trace.empty()) message.headers.emplace_back("traceparent", event.trace);
  return message;
}

std::optional<Numbered> from_message(const std::string& service, const Message& message) {
  const auto position = number_in(message.header("position"));
  const auto id = base::Uuid::parse(message.header("Nats-Msg-Id"));
  const auto key = base::Uuid::parse(message.header("key"));
  const auto at = base::parse_rfc3339(message.header("at"));
  const auto type = type_in(message.subject, events_prefix(service));
  if (!position || !id || !key || !at || type.empty()) return {};
  return Numbered{
      .position = *position,
      .event{
          .id = *id,
          .type = std::string{type},
          .key = *key,
          .payload = message.data,
          .trace = std::string{message.header("traceparent")},
          .at = *at,
      },
  };
}

FoundEvent to_found(Numbered numbered) {
  auto& event = numbered.event;
  return {
      .position = numbered.position,
      .id = event.id,
      .type = std::move(event.type),
      .key = event.key,
      .payload = std::move(event.payload),
      .trace = std::move(event.trace),
      .at = event.at,
  };
}

Numbered from_found(FoundEvent found) {
  return {
      .position = found.position,
      .event{
          .id = found.id,
          .type = std::move(found.type),
          .key = found.key,
          .payload = std::move(found.payload),
          .trace = std::move(found.trace),
          .at = found.at,
      },
  };
}

}  // namespace platform::bus
