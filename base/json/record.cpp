#include "base/json/record.hpp"

#include <algorithm>

#include <boost/json/array.hpp>

namespace base::json {
namespace {

bool read_members(const boost::json::object& from, void* object,
                  std::span<const MemberCoding> members, const Cursor& at) {
  bool good = true;
  for (const auto& member : members) {
    const auto place = at.member(member.name);
    const auto* value = from.if_contains(member.name);
    if (value != nullptr)
      good &= member.read(*value, object, place);
    else if (!member.optional)
      good = place.refuse(ProblemKind::missing, "is missing");
  }
  return good;
}

bool is_member(std::string_view name, std::span<const MemberCoding> members) {
  return std::ranges::find(members, name, &MemberCoding::name) != members.end();
}

void refuse_unknown(const boost::json::object& from, std::span<const MemberCoding> members,
                    const Cursor& at) {
  for (const auto& [name, ignored] : from) {
    if (!is_member(name, members))
      at.member(name).refuse(ProblemKind::unknown_field, "is not known");
  }
}

}  // namespace

bool RecordCoding::read(const boost::json::value& from, void* object,
                        std::span<const MemberCoding> members, const Cursor& at) {
  const auto* document = MapCoding::read(from, at);
  if (document == nullptr) return false;
  if (at.unknown() == Unknown::refuse) refuse_unknown(*document, members, at);
  return read_members(*document, object, members, at);
}

boost::json::value RecordCoding::write(const void* object, std::span<const MemberCoding> members) {
  boost::json::object document;
  document.reserve(members.size());
  for (const auto& member : members) {
    auto value = member.write(object);
    if (member.optional && value.is_null()) continue;
    document.emplace(member.name, std::move(value));
  }
  return document;
}

boost::json::object RecordCoding::schema(std::string_view title,
                                         std::span<const MemberCoding> members) {
  boost::json::object properties;
  boost::json::array required;
  for (const auto& member : members) {
    properties.emplace(member.name, member.schema());
    if (!member.optional) required.emplace_back(member.name);
  }
  boost::json::object schema{
      {"title", title}, {"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema.emplace("required", std::move(required));
  return schema;
}

void RecordCoding::set_all(void* object, std::span<const MemberCoding> members) {
  for (const auto& member : members) {
    if (member.set != nullptr) member.set(object);
  }
}

}  // namespace base::json
