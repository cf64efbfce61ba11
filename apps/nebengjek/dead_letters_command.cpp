#include "apps/nebengjek/dead_letters_command.hpp"

#include <cstdio>
#include <functional>
#include <stdexcept>
#include <vector>

#include "apps/nebengjek/blocking.hpp"
#include "base/json/json.hpp"
#include "platform/bus/dead_letters.hpp"
#include "services/binding/dead_letters.hpp"
#include "services/binding/reactions.hpp"

namespace apps::nebengjek {
namespace {

namespace bus = platform::bus;
namespace postgres = platform::postgres;
using platform::awaitable;

constexpr std::size_t page_size = 100;

using Look = std::function<awaitable<void>(postgres::Pool&, const bus::DeadLetter&)>;

void check(const DeadLetterChoice& choice) {
  if (choice.since && !base::parse_rfc3339(*choice.since)) {
    throw std::invalid_argument{"--since is a time such as 2026-01-31T10:00:00Z"};
  }
  if (choice.key && !base::Uuid::parse(*choice.key)) {
    throw std::invalid_argument{"--key is the id of a request or user, a UUID"};
  }
  if (choice.id && !choice.service) {
    throw std::invalid_argument{"an id belongs to a service: name it with --service"};
  }
}

bus::DeadLetterFilter filter_of(const DeadLetterChoice& choice) {
  bus::DeadLetterFilter filter{
      .id = choice.id, .type = choice.type, .key = {}, .reason = choice.reason, .since = {}};
  if (choice.key) filter.key = base::Uuid::parse(*choice.key);
  if (choice.since) filter.since = base::parse_rfc3339(*choice.since);
  return filter;
}

awaitable<void> for_each_page(postgres::Pool& pool, bus::DeadLetterFilter filter, Look look) {
  for (std::int64_t after = 0;;) {
    const auto letters = co_await bus::list_dead_letters(pool, after, page_size, filter);
    for (const auto& letter : letters) co_await look(pool, letter);
    if (letters.size() < page_size) co_return;
    after = letters.back().id;
  }
}

/// In all services that the choice names.
void for_each_letter(const Settings& settings, const DeadLetterChoice& choice, const Look& look) {
  check(choice);
  for (const auto role : all_roles) {
    if (choice.service && *choice.service != services::binding::service_name(role)) continue;
    run_blocking([&](platform::runtime::Runtime& runtime) -> awaitable<void> {
      const auto pool = postgres::make_pool(runtime, settings.postgres_of(role));
      co_await for_each_page(*pool, filter_of(choice), look);
      co_await pool->close();
    });
  }
}

void print_json(const bus::DeadLetter& letter, bool whole) {
  auto view = services::binding::view_of(letter);
  if (whole) view.payload = base::json::parse(letter.event.payload).value_or(nullptr);
  auto line = base::json::encode(view).as_object();
  line["service"] = letter.consumer;
  std::printf("%s\n", base::json::serialized(line).c_str());
}

void print_line(const bus::DeadLetter& letter) {
  std::printf("%-9s %6lld  %s  %-22s %s  %d tries: %s\n", letter.consumer.c_str(),
              static_cast<long long>(letter.id), base::to_rfc3339(letter.died_at).c_str(),
              letter.event.type.c_str(), letter.event.key.text().c_str(), letter.attempts,
              letter.reason.c_str());
}

void print_whole(const bus::DeadLetter& letter) {
  print_line(letter);
  std::printf("  from      %s, position %lld, event %s\n  trace     %s\n  payload   %s\n",
              letter.producer.c_str(), static_cast<long long>(letter.position),
              letter.event.id.text().c_str(), letter.event.trace.c_str(),
              letter.event.payload.c_str());
}

using Settle = awaitable<bool> (*)(postgres::Pool&, std::int64_t);

int settle(const Settings& settings, const DeadLetterChoice& choice, Settle settle_one,
           const char* done) {
  const bool chosen = choice.id || choice.type || choice.key || choice.reason || choice.since;
  if (!chosen) {
    throw std::invalid_argument{"say which: an id, --type, --key, --reason or --since"};
  }
  int count = 0;
  for_each_letter(settings, choice,
                  [&](postgres::Pool& pool, const bus::DeadLetter& letter) -> awaitable<void> {
                    if (!co_await settle_one(pool, letter.id)) co_return;
                    ++count;
                    if (choice.json) print_json(letter, false);
                  });
  if (!choice.json) std::printf("%s %d.\n", done, count);
  return count;
}

}  // namespace

void list_dead_letters(const Settings& settings, const DeadLetterChoice& choice) {
  for_each_letter(settings, choice,
                  [&](postgres::Pool&, const bus::DeadLetter& letter) -> awaitable<void> {
                    choice.json ? print_json(letter, false) : print_line(letter);
                    co_return;
                  });
}

bool show_dead_letter(const Settings& settings, const DeadLetterChoice& choice) {
  bool found = false;
  for_each_letter(settings, choice,
                  [&](postgres::Pool&, const bus::DeadLetter& letter) -> awaitable<void> {
                    choice.json ? print_json(letter, true) : print_whole(letter);
                    found = true;
                    co_return;
                  });
  return found;
}

int replay_dead_letters(const Settings& settings, const DeadLetterChoice& choice) {
  return settle(settings, choice, &bus::replay_dead_letter, "Replayed");
}

int drop_dead_letters(const Settings& settings, const DeadLetterChoice& choice) {
  return settle(settings, choice, &bus::drop_dead_letter, "Dropped");
}

}  // namespace apps::nebengjek
