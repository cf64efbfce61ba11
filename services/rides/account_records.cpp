#include "services/rides/account_records.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "contracts/operations/account.hpp"
#include "contracts/snapshot.hpp"
#include "domain/ledger/ledger.hpp"
#include "domain/rejection.hpp"
#include "services/rides/closings.hpp"
#include "services/rides/money_rows.hpp"
#include "services/rides/money_views.hpp"
#include "services/rides/queries.hpp"
#include "services/rides/rows.hpp"
#include "services/rides/views.hpp"

namespace services::rides {
namespace {

namespace operations = contracts::operations;
using binding::Caller;
using domain::Outcome;
using domain::ledger::Account;
using platform::postgres::Query;
using platform::postgres::Row;
using platform::postgres::Rows;

// Each begins behind the record of $2, which is null at first.

constexpr Query rides_of{"rides.rides_of", R"(
  SELECT ride_id FROM rides
  WHERE (passenger_id = $1 OR driver_id = $1) AND ($2::uuid IS NULL OR ride_id < $2)
  ORDER BY ride_id DESC LIMIT $3)"};

constexpr Query payments_of{"rides.payments_of", R"(
  SELECT p.payment_id, p.ride_id, p.method, p.state, p.amount, r.currency, p.requested_at,
         p.settled_at
  FROM payments p JOIN rides r USING (ride_id)
  WHERE (r.passenger_id = $1 OR r.driver_id = $1) AND ($2::uuid IS NULL OR p.payment_id < $2)
  ORDER BY p.payment_id DESC LIMIT $3)"};

// $4: whether the user's own are asked for, or those of the other side.
constexpr Query ratings_of{"rides.ratings_of", R"(
  SELECT g.ride_id, g.by_side, g.stars, g.comment, g.rated_at
  FROM ratings g JOIN rides r USING (ride_id)
  WHERE (r.passenger_id = $1 OR r.driver_id = $1) AND ($2::uuid IS NULL OR g.ride_id < $2)
    AND $4::boolean =
        ((CASE g.by_side WHEN 'passenger' THEN r.passenger_id ELSE r.driver_id END) = $1)
  ORDER BY g.ride_id DESC LIMIT $3)"};

constexpr Query refunds_of{"rides.refunds_of", R"(
  SELECT f.refund_id, f.payment_id, p.ride_id, f.attempt, f.kind, f.amount, f.currency, f.sent_to,
         f.borne_by, f.state, f.reason, f.staff, f.created_at, f.settled_at
  FROM refunds f JOIN payments p USING (payment_id) JOIN rides r USING (ride_id)
  WHERE (r.passenger_id = $1 OR r.driver_id = $1) AND ($2::uuid IS NULL OR f.refund_id < $2)
  ORDER BY f.refund_id DESC LIMIT $3)"};

constexpr Query top_ups_of{"rides.top_ups_of", R"(
  SELECT top_up_id, passenger_id, amount, currency, state, requested_at, decided_at
  FROM top_ups WHERE passenger_id = $1 AND ($2::uuid IS NULL OR top_up_id < $2)
  ORDER BY top_up_id DESC LIMIT $3)"};

constexpr Query payouts_of{"rides.payouts_of", R"(
  SELECT payout_id, driver_id, amount, currency, state, run_id, requested_at, decided_at
  FROM payouts WHERE driver_id = $1 AND ($2::uuid IS NULL OR payout_id < $2)
  ORDER BY payout_id DESC LIMIT $3)"};

constexpr Query orders_of{"rides.orders_of", R"(
  SELECT key, kind, state, amount, currency, nullif(reason, '') AS reason, created_at, decided_at
  FROM provider_orders WHERE user_id = $1 AND ($2::text IS NULL OR key < $2)
  ORDER BY key DESC LIMIT $3)"};

constexpr Query ledger_of{"rides.ledger_of", R"(
  SELECT entry_id, posted_at, cause, kind, currency,
         CASE WHEN credit_account = ANY ($1::text[]) THEN amount ELSE -amount END AS amount
  FROM billing_ledger
  WHERE (debit_account = ANY ($1::text[]) OR credit_account = ANY ($1::text[]))
    AND ($2::uuid IS NULL OR entry_id < $2)
  ORDER BY entry_id DESC LIMIT $3)"};

// Three digits are about 100 m.
constexpr Query forget_places{"rides.forget_places", R"(
  UPDATE rides
  SET pickup_label = NULL, destination_label = NULL,
      pickup_latitude = round(pickup_latitude::numeric, 3),
      pickup_longitude = round(pickup_longitude::numeric, 3),
      destination_latitude = round(destination_latitude::numeric, 3),
      destination_longitude = round(destination_longitude::numeric, 3)
  WHERE passenger_id = $1)"};

constexpr Query forget_driver{"rides.forget_driver", R"(
  UPDATE rides SET driver_name = 'Deleted', vehicle = '', plate = '' WHERE driver_id = $1)"};

// It may name people, and has no other use.
constexpr Query forget_reasons{"rides.forget_reasons", R"(
  UPDATE rides SET cancellation_reason = ''
  WHERE cancellation_reason <> '' AND (passenger_id = $1 OR driver_id = $1))"};

constexpr Query forget_words{"rides.forget_words", R"(
  UPDATE ratings SET comment = '' FROM rides r
  WHERE ratings.ride_id = r.ride_id AND comment <> ''
    AND (CASE by_side WHEN 'passenger' THEN r.passenger_id ELSE r.driver_id END) = $1)"};

constexpr Query forget_notes{"rides.forget_notes", R"(
  UPDATE ride_steps SET note = NULL
  WHERE note IS NOT NULL AND by LIKE '%:' || $1::text
    AND ride_id IN (SELECT ride_id FROM rides WHERE passenger_id = $1::uuid OR driver_id = $1::uuid))"};

using contracts::AccountRecordsPage;
using contracts::AskRecords;
using contracts::RecordKind;

std::vector<Account> accounts_of(domain::UserId user) {
  return {Account::passenger(user), Account::driver(user)};
}

std::vector<std::string> account_names(domain::UserId user) {
  std::vector<std::string> names;
  for (const auto& account : accounts_of(user)) names.push_back(account.text());
  return names;
}

contracts::LedgerLine line_of(const Row& row) {
  return {.at = row.get<base::Instant>("posted_at"),
          .cause = row.get<std::string>("cause"),
          .kind = row.get<std::string>("kind"),
          .amount = amount_of(row)};
}

contracts::PaymentView payment_of(const Row& row) {
  return {.payment_id = row.get<domain::PaymentId>("payment_id"),
          .ride_id = row.get<domain::RideId>("ride_id"),
          .method = row.get<domain::ride::PaymentMethod>("method"),
          .state = row.get<domain::ride::PaymentState>("state"),
          .amount = amount_of(row),
          .created_at = row.get<base::Instant>("requested_at"),
          .settled_at = row.maybe<base::Instant>("settled_at")};
}

contracts::RatingView rating_of(const Row& row) {
  contracts::RatingView rating{.ride_id = row.get<domain::RideId>("ride_id"),
                               .by = row.get<domain::ride::Side>("by_side"),
                               .stars = row.get<int>("stars"),
                               .rated_at = row.get<base::Instant>("rated_at")};
  auto comment = row.get<std::string>("comment");
  if (!comment.empty()) rating.comment = std::move(comment);
  return rating;
}

contracts::OrderRecord order_record_of(const Row& row) {
  return {.key = row.get<std::string>("key"),
          .kind = row.get<std::string>("kind"),
          .state = row.get<domain::money::OrderState>("state"),
          .amount = amount_of(row),
          .reason = row.maybe<std::string>("reason"),
          .created_at = row.get<base::Instant>("created_at"),
          .decided_at = row.maybe<base::Instant>("decided_at")};
}

/// Behind all rows of the page; the column names them among all of their kind.
std::optional<std::string> next_of(const Rows& rows, const AskRecords& question,
                                   std::string_view column) {
  if (std::ssize(rows) < question.limit) return {};
  return rows[rows.size() - 1].get<std::string>(column);
}

/// Reads rows of one kind into their place in the answer.
template <class Record, class Convert>
AccountRecordsPage page_of(const Rows& rows, const AskRecords& question, std::string_view column,
                           std::vector<Record> contracts::AccountRecords::* place,
                           Convert convert) {
  AccountRecordsPage page{.records = {}, .next = next_of(rows, question, column)};
  for (const auto row : rows) (page.records.*place).push_back(convert(row));
  return page;
}

class AccountRecords {
 public:
  explicit AccountRecords(binding::Work& work) : work_(work) {}

  awaitable<Outcome<AccountRecordsPage>> tell(Caller caller, AskRecords question);

 private:
  using Records = contracts::AccountRecords;

  awaitable<Rows> read(Query query, const AskRecords& question) {
    auto& session = *co_await work_.session();
    co_return co_await session.run(query, question.user_id, question.after, question.limit);
  }

  awaitable<AccountRecordsPage> rides(const AskRecords& question) {
    auto& session = *co_await work_.session();
    const auto rows = co_await read(rides_of, question);
    std::vector<domain::RideId> newest_first;
    for (const auto row : rows) newest_first.push_back(row.get<domain::RideId>("ride_id"));
    AccountRecordsPage page{.records = {}, .next = next_of(rows, question, "ride_id")};
    for (const auto row : co_await session.run(queries::find_rides, newest_first)) {
      page.records.rides.push_back(
          contracts::as_seen_by(question.user_id, view_of(record_of(row))));
    }
    std::ranges::reverse(page.records.rides);
    co_return page;
  }

  awaitable<AccountRecordsPage> payments(const AskRecords& question) {
    const auto rows = co_await read(payments_of, question);
    co_return page_of(rows, question, "payment_id", &Records::payments, &payment_of);
  }

  awaitable<AccountRecordsPage> ratings_given(const AskRecords& question) {
    const auto rows = co_await read_ratings(question, true);
    co_return page_of(rows, question, "ride_id", &Records::ratings_given, &rating_of);
  }

  awaitable<AccountRecordsPage> ratings_received(const AskRecords& question) {
    const auto rows = co_await read_ratings(question, false);
    co_return page_of(rows, question, "ride_id", &Records::ratings_received, &rating_of);
  }

  awaitable<Rows> read_ratings(const AskRecords& question, bool by_the_user) {
    auto& session = *co_await work_.session();
    co_return co_await session.run(ratings_of, question.user_id, question.after, question.limit,
                                   by_the_user);
  }

  awaitable<AccountRecordsPage> refunds(const AskRecords& question) {
    const auto rows = co_await read(refunds_of, question);
    co_return page_of(rows, question, "refund_id", &Records::refunds,
                      [](const Row& row) { return view_of(refund_of(row)); });
  }

  awaitable<AccountRecordsPage> top_ups(const AskRecords& question) {
    const auto rows = co_await read(top_ups_of, question);
    co_return page_of(rows, question, "top_up_id", &Records::top_ups,
                      [](const Row& row) { return view_of(top_up_of(row)); });
  }

  awaitable<AccountRecordsPage> payouts(const AskRecords& question) {
    const auto rows = co_await read(payouts_of, question);
    co_return page_of(rows, question, "payout_id", &Records::payouts,
                      [](const Row& row) { return view_of(payout_of(row)); });
  }

  awaitable<AccountRecordsPage> orders(const AskRecords& question) {
    const auto rows = co_await read(orders_of, question);
    co_return page_of(rows, question, "key", &Records::orders, &order_record_of);
  }

  awaitable<AccountRecordsPage> ledger(const AskRecords& question) {
    auto& session = *co_await work_.session();
    const auto rows = co_await session.run(ledger_of, account_names(question.user_id),
                                           question.after, question.limit);
    co_return page_of(rows, question, "entry_id", &Records::ledger, &line_of);
  }

  struct Teller {
    RecordKind kind;
    awaitable<AccountRecordsPage> (AccountRecords::*tell)(const AskRecords&);
  };
  static const Teller tellers[];

  binding::Work& work_;
};

// clang-format off
constexpr AccountRecords::Teller AccountRecords::tellers[] = {
    {RecordKind::rides,            &AccountRecords::rides},
    {RecordKind::payments,         &AccountRecords::payments},
    {RecordKind::ratings_given,    &AccountRecords::ratings_given},
    {RecordKind::ratings_received, &AccountRecords::ratings_received},
    {RecordKind::refunds,          &AccountRecords::refunds},
    {RecordKind::top_ups,          &AccountRecords::top_ups},
    {RecordKind::payouts,          &AccountRecords::payouts},
    {RecordKind::orders,           &AccountRecords::orders},
    {RecordKind::ledger,           &AccountRecords::ledger},
};
// clang-format on

awaitable<Outcome<AccountRecordsPage>> AccountRecords::tell(Caller, AskRecords question) {
  const auto* found = std::ranges::find(tellers, question.kind, &Teller::kind);
  if (found == std::end(tellers)) co_return domain::rejected(domain::Rejection::invalid_value);
  co_return co_await (this->*found->tell)(question);
}

class Forgetting {
 public:
  Forgetting(binding::Work& work, std::shared_ptr<Closings> closings)
      : work_(work), closings_(std::move(closings)) {}

  awaitable<void> forget(contracts::UserDeleted deleted) {
    auto& session = *co_await work_.session();
    co_await session.run(forget_places, deleted.user_id);
    co_await session.run(forget_driver, deleted.user_id);
    co_await session.run(forget_reasons, deleted.user_id);
    co_await session.run(forget_words, deleted.user_id);
    co_await session.run(forget_notes, deleted.user_id);
    co_await closings_->close(deleted);
  }

 private:
  binding::Work& work_;
  std::shared_ptr<Closings> closings_;
};

constexpr binding::Command<AccountRecords> commands[] = {
    binding::on<&AccountRecords::tell>(operations::rides_account_records),
};

constexpr binding::Command<Closings> closing_commands[] = {
    binding::on<&Closings::use>(operations::rides_account_use),
};

constexpr binding::Reaction<Forgetting> reactions[] = {
    binding::when<&Forgetting::forget>(contracts::events::user_deleted),
};

}  // namespace

std::vector<binding::BoundCommand> account_commands(binding::MakeUseCases<Closings> make_closings) {
  return binding::together(
      {binding::bind<AccountRecords>(
           commands, [](binding::Work& work) { return std::make_shared<AccountRecords>(work); }),
       binding::bind<Closings>(closing_commands, std::move(make_closings))});
}

std::vector<binding::BoundReaction> account_reactions(
    binding::MakeUseCases<Closings> make_closings) {
  return binding::bind<Forgetting>(reactions,
                                   [make_closings = std::move(make_closings)](binding::Work& work) {
                                     return std::make_shared<Forgetting>(work, make_closings(work));
                                   });
}

}  // namespace services::rides
