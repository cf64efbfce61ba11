#include "contracts/account.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include <boost/mp11/algorithm.hpp>

#include "base/assert.hpp"

namespace contracts {
namespace {

using Members = boost::describe::describe_members<AccountRecords, boost::describe::mod_any_access>;

constexpr std::size_t mark_max = 120;

bool is_id(std::string_view mark) { return base::Uuid::parse(mark).has_value(); }

bool is_order_key(std::string_view mark) {
  return mark.size() <= mark_max && std::ranges::all_of(mark, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
         });
}

bool is_position_mark(std::string_view mark) { return PositionMark::parse(mark).has_value(); }

/// A kind of record, who holds it, and how a place among its records is written.
struct Kind {
  RecordKind kind;
  Owner holder;
  bool (*is_mark)(std::string_view);
};

// clang-format off
constexpr Kind kinds[] = {
    {RecordKind::requests,         Owner::match,    &is_id},
    {RecordKind::proposals,        Owner::match,    &is_id},
    {RecordKind::rides,            Owner::rides,    &is_id},
    {RecordKind::payments,         Owner::rides,    &is_id},
    {RecordKind::ratings_given,    Owner::rides,    &is_id},
    {RecordKind::ratings_received, Owner::rides,    &is_id},
    {RecordKind::refunds,          Owner::rides,    &is_id},
    {RecordKind::top_ups,          Owner::rides,    &is_id},
    {RecordKind::payouts,          Owner::rides,    &is_id},
    {RecordKind::orders,           Owner::rides,    &is_order_key},
    {RecordKind::ledger,           Owner::rides,    &is_id},
    {RecordKind::positions,        Owner::location, &is_position_mark},
};
// clang-format on

const Kind& row_of(RecordKind kind) {
  const auto* found = std::ranges::find(kinds, kind, &Kind::kind);
  NEBENGJEK_ASSERT(found != std::end(kinds));
  return *found;
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto* begin = text.data();
  const auto* end = begin + text.size();
  const auto read = std::from_chars(begin, end, number);
  if (read.ec != std::errc{} || read.ptr != end) return {};
  return number;
}

}  // namespace

Owner holder_of(RecordKind kind) { return row_of(kind).holder; }

std::optional<RecordKind> kind_after(RecordKind kind) {
  const auto* next = std::next(&row_of(kind));
  if (next == std::end(kinds)) return {};
  return next->kind;
}

int count_of(const AccountRecords& records) {
  std::size_t count = 0;
  boost::mp11::mp_for_each<Members>(
      [&](auto member) { count += (records.*member.pointer).size(); });
  return static_cast<int>(count);
}

void append(AccountRecords& records, AccountRecords more) {
  boost::mp11::mp_for_each<Members>([&](auto member) {
    std::ranges::move(more.*member.pointer, std::back_inserter(records.*member.pointer));
  });
}

std::string PositionMark::text() const {
  return std::to_string(base::unix_us(received_at)) + '.' + session_id.text() + '.' +
         std::to_string(sequence);
}

std::optional<PositionMark> PositionMark::parse(std::string_view text) {
  const auto first = text.find('.');
  const auto last = text.rfind('.');
  if (first == last) return {};
  const auto at = number_in(text.substr(0, first));
  const auto session = domain::SessionId::parse(text.substr(first + 1, last - first - 1));
  const auto sequence = number_in(text.substr(last + 1));
  if (!at || !session || !sequence) return {};
  return PositionMark{base::from_unix_us(*at), *session, *sequence};
}

std::string RecordsCursor::text() const {
  return std::string{base::json::name_of(kind)} + ':' + after.value_or("");
}

std::optional<RecordsCursor> RecordsCursor::parse(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return {};
  const auto kind = base::json::parse_enum<RecordKind>(text.substr(0, colon));
  if (!kind) return {};
  const auto mark = text.substr(colon + 1);
  if (mark.empty()) return RecordsCursor{.kind = *kind};
  if (!row_of(*kind).is_mark(mark)) return {};
  return RecordsCursor{.kind = *kind, .after = std::string{mark}};
}

void check(const AskRecords& question, base::json::Check& check) {
  check.field("limit").between(question.limit, 1, account_page_size);
  if (!question.after) return;
  check.field("after").that(row_of(question.kind).is_mark(*question.after),
                            "must be where a page of these ended");
}

void check(const ExportMe& question, base::json::Check& check) {
  if (!question.cursor) return;
  check.field("cursor").that(RecordsCursor::parse(*question.cursor).has_value(),
                             "must be the next_cursor of a page");
}

}  // namespace contracts
