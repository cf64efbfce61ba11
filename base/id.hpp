#pragma once

/// Identifiers: UUID version 7 (RFC 9562), which sort by the time they were made. An Id<Tag> can't
/// be taken for an id of another kind.

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/instant.hpp"

namespace base {

struct Uuid {
  static constexpr std::size_t random_size = 10;

  std::array<std::uint8_t, 16> bytes{};

  friend constexpr auto operator<=>(const Uuid&, const Uuid&) = default;

  /// The canonical 36 characters, lower case.
  std::string text() const;

  /// Reads the canonical form in either case; empty on anything else.
  static std::optional<Uuid> parse(std::string_view text);

  /// A version 7 id of the millisecond of `at`. The caller brings the randomness.
  static Uuid v7(Instant at, std::span<const std::uint8_t, random_size> random);
};

template <class Tag>
struct Id {
  Uuid uuid;

  friend constexpr auto operator<=>(const Id&, const Id&) = default;

  std::string text() const { return uuid.text(); }
  bool is_nil() const { return uuid == Uuid{}; }

  static std::optional<Id> parse(std::string_view text) {
    const auto uuid = Uuid::parse(text);
    if (!uuid) return {};
    return Id{*uuid};
  }
};

/// Which of `shards` an id belongs to, for ever: the last byte is random in version 7.
constexpr unsigned shard_of(const Uuid& uuid, unsigned shards) { return uuid.bytes[15] % shards; }

}  // namespace base

template <>
struct std::hash<base::Uuid> {
  std::size_t operator()(const base::Uuid& uuid) const noexcept {
    std::size_t value = 0;
    for (std::size_t i = 8; i < 16; ++i) value = value << 8 | uuid.bytes[i];
    return value;
  }
};

template <class Tag>
struct std::hash<base::Id<Tag>> {
  std::size_t operator()(const base::Id<Tag>& id) const noexcept {
    return std::hash<base::Uuid>{}(id.uuid);
  }
};
