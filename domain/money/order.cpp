#include "domain/money/order.hpp"

#include <algorithm>
#include <charconv>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

namespace domain::money {
namespace {

constexpr std::size_t uuid_size = 36;

struct Row {
  OrderState state;
  Verdict verdict;
  Effect of_charge;
  Effect of_others;
};

// What has no row changes nothing.
// clang-format off
constexpr Row rows[] = {
    {OrderState::pending, Verdict::settled, Effect::settles,     Effect::settles},
    {OrderState::pending, Verdict::failed,  Effect::fails,       Effect::fails},
    {OrderState::failed,  Verdict::settled, Effect::settles,     Effect::contradicts},
    {OrderState::settled, Verdict::failed,  Effect::contradicts, Effect::contradicts},
};
// clang-format on

std::optional<std::int32_t> attempt_in(std::string_view text) {
  std::int32_t attempt = 0;
  const auto read = std::from_chars(text.begin(), text.end(), attempt);
  if (read.ec != std::errc{} || read.ptr != text.end() || attempt < 1 || text.front() == '0')
    return {};
  return attempt;
}

}  // namespace

std::string Purpose::key() const {
  return std::string{boost::describe::enum_to_string(kind, "")} + '-' + id.text() + '-' +
         std::to_string(attempt);
}

std::optional<Purpose> Purpose::parse(std::string_view key) {
  const auto dash = key.find('-');
  if (dash == key.npos || key.size() < dash + uuid_size + 3) return {};
  Purpose purpose;
  const std::string kind{key.substr(0, dash)};
  const auto id = base::Uuid::parse(key.substr(dash + 1, uuid_size));
  const auto rest = key.substr(dash + 1 + uuid_size);
  const auto attempt = attempt_in(rest.substr(1));
  const bool known = boost::describe::enum_from_string(kind.c_str(), purpose.kind);
  if (!known || !id || rest.front() != '-' || !attempt) return {};
  purpose.id = *id;
  purpose.attempt = *attempt;
  return purpose;
}

Effect effect_of(const Order& order, Verdict verdict) {
  const auto* row = std::ranges::find_if(
      rows, [&](const Row& each) { return each.state == order.state && each.verdict == verdict; });
  if (row == std::end(rows)) return Effect::none;
  return order.kind == OrderKind::charge ? row->of_charge : row->of_others;
}

}  // namespace domain::money
