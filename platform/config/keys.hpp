#pragma once

/// The keys of a configuration, each bound to the member it sets and documented where it is
/// declared. The members' initial values are the defaults.
///
///   struct RidesConfig {
///     int platform_fee_bp = 500;
///     std::chrono::milliseconds free_cancellation_ms{120'000};
///   };
///
///   void declare(config::Section rides, RidesConfig& config) {
///     rides.key("platform_fee_bp", config.platform_fee_bp,
///               "Share of the fare kept by the platform, in basis points", between(0, 10'000));
///     rides.key("free_cancellation_ms", config.free_cancellation_ms,
///               "How long after acceptance cancelling is free", at_least(0));
///   }
///
///   Keys keys;
///   declare(keys.section("rides", "Rides, fares and payments"), rides_config);
///
/// The bound objects must outlive the Keys.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/json/enums.hpp"
#include "base/money.hpp"

namespace platform::config {

/// What a value must satisfy: a number its ends, a text or list that it is not empty.
struct Limits {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool not_empty = false;
};

constexpr Limits between(double low, double high) { return {.low = low, .high = high}; }
constexpr Limits at_least(double low) { return {.low = low}; }
constexpr Limits not_empty() { return {.not_empty = true}; }

using List = std::vector<std::string>;
/// A table whose keys the operator chooses: [match.zones] with `jakarta = ["qqguw", "qqguy"]`.
using Lists = std::map<std::string, List>;

/// A described enum, without its type.
struct EnumTarget {
  void* value;
  std::span<const base::json::EnumName> names;
  std::int64_t (*get)(const void* value);
  void (*set)(void* value, std::int64_t number);
};

using Target = std::variant<bool*, std::int64_t*, int*, std::size_t*, double*, std::string*,
                            std::chrono::milliseconds*, base::Money*, List*, Lists*, EnumTarget>;

struct Key {
  std::string path;  ///< "rides.platform_fee_bp"
  std::string help;
  Target target;
  Limits limits;
  bool secret = false;  ///< Never printed; may be given as the path of a file (see load.hpp).
};

struct SectionHelp {
  std::string path;  ///< "rides"
  std::string help;
};

class Keys;

/// Where keys are declared: "rides", or "rides.tariff.car" within it.
class Section {
 public:
  /// Names are lower case with single underscores. A duration is given in whole milliseconds and
  /// its name ends in _ms; Money as "IDR 5000"; an enum by the enumerator's name.
  template <class T>
  Section& key(std::string_view name, T& value, std::string_view help, Limits limits = {}) {
    return add(name, target(value), help, limits, false);
  }

  Section& secret(std::string_view name, std::string& value, std::string_view help,
                  Limits limits = {}) {
    return add(name, &value, help, limits, true);
  }

  Section section(std::string_view name, std::string_view help) const;

 private:
  friend class Keys;
  Section(Keys& keys, std::string path) : keys_(&keys), path_(std::move(path)) {}

  static Target target(auto& value) { return &value; }

  template <base::json::DescribedEnum Enum>
  static Target target(Enum& value) {
    return EnumTarget{
        .value = &value,
        .names = base::json::enum_names<Enum>(),
        .get = [](const void* from) { return std::int64_t(*static_cast<const Enum*>(from)); },
        .set = [](void* into, std::int64_t to) { *static_cast<Enum*>(into) = Enum(to); },
    };
  }

  Section& add(std::string_view name, Target target, std::string_view help, Limits limits,
               bool secret);

  Keys* keys_;
  std::string path_;
};

class Keys {
 public:
  Keys() = default;
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;

  Section section(std::string_view name, std::string_view help);

  const std::vector<Key>& all() const { return keys_; }
  const std::vector<SectionHelp>& sections() const { return sections_; }

 private:
  friend class Section;
  std::vector<Key> keys_;
  std::vector<SectionHelp> sections_;
};

}  // namespace platform::config
