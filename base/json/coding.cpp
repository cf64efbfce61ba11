#include "base/json/coding.hpp"

#include <cmath>

#include <boost/json/array.hpp>

#include "base/assert.hpp"
#include "base/json/record.hpp"

namespace base::json {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr Currency currencies[] = {Currency::idr, Currency::usd};

constexpr MemberCoding money_members[] = {
    detail::member_coding<Money, &Money::amount>("amount"),
    detail::member_coding<Money, &Money::currency>("currency"),
};

bool wrong_type(const Cursor& at, std::string expected) {
  return at.refuse(ProblemKind::wrong_type, "must be " + std::move(expected));
}

bool out_of_range(const Cursor& at, std::string expected) {
  return at.refuse(ProblemKind::out_of_range, "must be " + std::move(expected));
}

/// Empty also when it isn't a string: no type that is written as one takes an empty text.
std::string_view text_in(const value& from) {
  const auto* text = from.if_string();
  return text == nullptr ? std::string_view{} : std::string_view{text->data(), text->size()};
}

bool refuse_text(const value& from, const Cursor& at, std::string expected) {
  return (from.is_string() ? out_of_range : wrong_type)(at, std::move(expected));
}

object of_type(std::string_view type) {
  object schema;
  schema.emplace("type", type);
  return schema;
}

object of_type(std::string_view type, std::string_view keyword, value detail) {
  auto schema = of_type(type);
  schema.emplace(keyword, std::move(detail));
  return schema;
}

std::string currency_codes() {
  std::string text;
  for (const auto currency : currencies) {
    if (!text.empty()) text += " or ";
    text += code(currency);
  }
  return text;
}

}  // namespace

bool Coding<bool>::read(const value& from, bool& into, const Cursor& at) {
  const auto* truth = from.if_bool();
  if (truth == nullptr) return wrong_type(at, "true or false");
  into = *truth;
  return true;
}

object Coding<bool>::schema() { return of_type("boolean"); }

bool Coding<value>::read(const value& from, value& into, const Cursor&) {
  into = from;
  return true;
}

value Coding<value>::write(const value& from) { return from; }

object Coding<value>::schema() { return {}; }

bool Coding<std::string>::read(const value& from, std::string& into, const Cursor& at) {
  into = text_in(from);
  return from.is_string() || wrong_type(at, "a string");
}

value Coding<std::string>::write(std::string_view from) {
  return boost::json::string_view{from.data(), from.size()};
}

object Coding<std::string>::schema() { return of_type("string"); }

bool Coding<double>::read(const value& from, double& into, const Cursor& at) {
  if (!from.is_number()) return wrong_type(at, "a number");
  into = from.to_number<double>();
  return std::isfinite(into) || out_of_range(at, "a finite number");
}

value Coding<double>::write(double from) {
  NEBENGJEK_ASSERT(std::isfinite(from));
  return from;
}

object Coding<double>::schema() { return of_type("number"); }

bool Coding<Metres>::read(const value& from, Metres& into, const Cursor& at) {
  return Coding<double>::read(from, into.value, at);
}

value Coding<Metres>::write(Metres from) { return Coding<double>::write(from.value); }

bool Coding<Instant>::read(const value& from, Instant& into, const Cursor& at) {
  const auto instant = parse_rfc3339(text_in(from));
  if (!instant) return refuse_text(from, at, "a time as in 2026-03-01T08:30:00Z (RFC 3339)");
  into = *instant;
  return true;
}

value Coding<Instant>::write(Instant from) { return Coding<std::string>::write(to_rfc3339(from)); }

object Coding<Instant>::schema() { return of_type("string", "format", "date-time"); }

bool Coding<Currency>::read(const value& from, Currency& into, const Cursor& at) {
  const auto currency = parse_currency(text_in(from));
  if (!currency) return refuse_text(from, at, currency_codes());
  into = *currency;
  return true;
}

value Coding<Currency>::write(Currency from) { return Coding<std::string>::write(code(from)); }

object Coding<Currency>::schema() {
  array codes;
  for (const auto currency : currencies) codes.emplace_back(code(currency));
  return of_type("string", "enum", std::move(codes));
}

bool Coding<Money>::read(const value& from, Money& into, const Cursor& at) {
  return RecordCoding::read(from, &into, money_members, at);
}

value Coding<Money>::write(Money from) { return RecordCoding::write(&from, money_members); }

object Coding<Money>::schema() { return RecordCoding::schema(type_name<Money>(), money_members); }

bool Coding<Uuid>::read(const value& from, Uuid& into, const Cursor& at) {
  const auto uuid = Uuid::parse(text_in(from));
  if (!uuid) return refuse_text(from, at, "a UUID");
  into = *uuid;
  return true;
}

value Coding<Uuid>::write(const Uuid& from) { return Coding<std::string>::write(from.text()); }

object Coding<Uuid>::schema() { return of_type("string", "format", "uuid"); }

std::optional<std::int64_t> IntegerCoding::read(const value& from, std::int64_t low,
                                                std::int64_t high, const Cursor& at) {
  const auto* number = from.if_int64();
  if (number != nullptr && *number >= low && *number <= high) return *number;
  if (number != nullptr || from.is_uint64()) {
    out_of_range(at, "between " + std::to_string(low) + " and " + std::to_string(high));
  } else {
    wrong_type(at, "a whole number");
  }
  return {};
}

object IntegerCoding::schema(std::string_view format) {
  return of_type("integer", "format", boost::json::string_view{format});
}

std::optional<std::int64_t> EnumCoding::read(const value& from, std::span<const EnumName> names,
                                             const Cursor& at) {
  const auto found = value_in(names, text_in(from));
  if (!found) refuse_text(from, at, listed(names));
  return found;
}

object EnumCoding::schema(std::string_view title, std::span<const EnumName> names) {
  array allowed;
  for (const auto& [name, ignored] : names) allowed.emplace_back(name);
  return {{"title", title}, {"type", "string"}, {"enum", std::move(allowed)}};
}

const array* ListCoding::read(const value& from, const Cursor& at) {
  const auto* elements = from.if_array();
  if (elements == nullptr) wrong_type(at, "an array");
  return elements;
}

object ListCoding::schema(object items) { return of_type("array", "items", std::move(items)); }

const object* MapCoding::read(const value& from, const Cursor& at) {
  const auto* members = from.if_object();
  if (members == nullptr) wrong_type(at, "an object");
  return members;
}

object MapCoding::schema(object values) {
  return of_type("object", "additionalProperties", std::move(values));
}

}  // namespace base::json
