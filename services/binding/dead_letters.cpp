#include "services/binding/dead_letters.hpp"

#include <utility>

#include "base/assert.hpp"
#include "contracts/operations/dead_letters.hpp"

namespace services::binding {
namespace {

namespace bus = platform::bus;
namespace operations = contracts::operations;
using contracts::DeadLetterView;
using contracts::SettledDeadLetters;
using domain::Outcome;

constexpr int page_size = 50;
// Each is settled in a commit of its own, and all within the deadline of a command: who has more
// asks again.
constexpr std::size_t settled_max = 100;

class DeadLetters {
 public:
  explicit DeadLetters(platform::postgres::Pool& pool) : pool_(pool) {}

  awaitable<Outcome<contracts::DeadLetterPage>> list(Caller, contracts::ListDeadLetters question) {
    const auto limit = static_cast<std::size_t>(question.limit.value_or(page_size));
    const auto letters = co_await bus::list_dead_letters(pool_, question.after.value_or(0), limit,
                                                         {.id = {},
                                                          .type = question.type,
                                                          .key = question.key,
                                                          .reason = question.reason,
                                                          .since = question.since});
    contracts::DeadLetterPage page;
    for (const auto& letter : letters) page.dead_letters.push_back(view_of(letter));
    if (letters.size() == limit) page.next = letters.back().id;
    co_return page;
  }

  awaitable<Outcome<DeadLetterView>> show(Caller, contracts::DeadLetterRef ref) {
    const auto letter = co_await bus::find_dead_letter(pool_, ref.id);
    if (!letter) co_return domain::rejected(domain::Rejection::not_found);
    auto view = view_of(*letter);
    auto payload = base::json::parse(letter->event.payload);
    view.payload = payload ? *std::move(payload) : boost::json::value(letter->event.payload);
    co_return view;
  }

  awaitable<Outcome<SettledDeadLetters>> replay(Caller, contracts::SelectDeadLetters which) {
    return settle(std::move(which), &bus::replay_dead_letter);
  }

  awaitable<Outcome<SettledDeadLetters>> drop(Caller, contracts::SelectDeadLetters which) {
    return settle(std::move(which), &bus::drop_dead_letter);
  }

 private:
  using Settle = awaitable<bool> (*)(platform::postgres::Pool&, std::int64_t);

  awaitable<Outcome<SettledDeadLetters>> settle(contracts::SelectDeadLetters which,
                                                Settle settle_one) {
    const auto letters = co_await bus::list_dead_letters(pool_, 0, settled_max,
                                                         {.id = which.id,
                                                          .type = which.type,
                                                          .key = which.key,
                                                          .reason = which.reason,
                                                          .since = which.since});
    SettledDeadLetters settled;
    for (const auto& letter : letters) settled.count += co_await settle_one(pool_, letter.id);
    const bool missed = which.id && settled.count == 0;
    if (missed) co_return domain::rejected(domain::Rejection::not_found);
    co_return settled;
  }

  platform::postgres::Pool& pool_;
};

const operations::DeadLetterRows& rows_of(contracts::Owner owner) {
  switch (owner) {
    case contracts::Owner::users: return operations::dead_letters_of_users;
    case contracts::Owner::location: return operations::dead_letters_of_location;
    case contracts::Owner::match: return operations::dead_letters_of_match;
    case contracts::Owner::rides: return operations::dead_letters_of_rides;
  }
  NEBENGJEK_UNREACHABLE("a service without a case");
}

}  // namespace

DeadLetterView view_of(const bus::DeadLetter& letter) {
  return {.id = letter.id,
          .producer = letter.producer,
          .type = letter.event.type,
          .key = letter.event.key,
          .event_id = letter.event.id,
          .position = letter.position,
          .attempts = letter.attempts,
          .reason = letter.reason,
          .trace = letter.event.trace,
          .at = letter.event.at,
          .died_at = letter.died_at,
          .payload = {}};
}

std::vector<BoundCommand> dead_letter_commands(contracts::Owner owner,
                                               platform::postgres::Pool& pool) {
  const auto& rows = rows_of(owner);
  const Command<DeadLetters> commands[] = {
      on<&DeadLetters::list>(rows.list),
      on<&DeadLetters::show>(rows.show),
      on<&DeadLetters::replay>(rows.replay),
      on<&DeadLetters::drop>(rows.drop),
  };
  return bind<DeadLetters>(commands,
                           [&pool](Work&) { return std::make_shared<DeadLetters>(pool); });
}

}  // namespace services::binding
