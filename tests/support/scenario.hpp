#pragma once

/// Rules told as tables. A scenario file has one case per line, in words:
///
///   # state   who         command          => what comes of it
///     matched driver      arrive from=80m  => arrived driver_arrived
///     matched *           start|complete   => illegal_transition
///
/// What follows the word # is a remark. Words before => are given, words after it expected; commas
/// between words are for the reader's eye. A word may name several alternatives, a|b, all of them,
/// *, or all but some, !a|b: the row then speaks for each. Tests check that nothing is left without
/// a row.

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

#include "base/instant.hpp"

namespace tests::support {

using Words = std::vector<std::string>;

/// The text after "key=" in the word that begins so, if there is one.
inline std::optional<std::string> find_value(const Words& words, std::string_view key) {
  for (const auto& word : words) {
    const bool begins = word.size() > key.size() && word.starts_with(key);
    if (begins && word[key.size()] == '=') return word.substr(key.size() + 1);
  }
  return {};
}

struct Scenario {
  std::string where;  ///< "tests/scenarios/meter.txt:12: the line", for messages.
  Words given;
  Words expected;

  std::string value(std::string_view key, std::string otherwise = "") const {
    return find_value(given, key).value_or(std::move(otherwise));
  }
  std::optional<std::string> expected_value(std::string_view key) const {
    return find_value(expected, key);
  }
};

/// The words of a line, up to the one that begins a remark.
inline Words words_of(std::string line) {
  std::ranges::replace(line, ',', ' ');
  std::istringstream stream{line};
  Words words;
  for (std::string word; stream >> word && word != "#";) words.push_back(word);
  return words;
}

/// Reads a file of scenarios; the path is relative to the repository, where tests are run. Throws
/// on a missing file and on a line without =>.
inline std::vector<Scenario> read_scenarios(const std::string& path) {
  std::ifstream file{path};
  if (!file) throw std::runtime_error{path + ": cannot be read; run tests in the repository"};
  std::vector<Scenario> scenarios;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    const auto where = path + ':' + std::to_string(++number) + ": " + line;
    const auto words = words_of(line);
    if (words.empty()) continue;
    const auto arrow = std::ranges::find(words, "=>");
    if (arrow == words.end()) throw std::runtime_error{where + ": no =>"};
    scenarios.push_back({where, {words.begin(), arrow}, {arrow + 1, words.end()}});
  }
  return scenarios;
}

/// What a word of a row stands for, where `all` could stand: see above.
inline Words alternatives(const std::string& word, const Words& all) {
  if (word == "*") return all;
  if (word.starts_with('!')) {
    const auto others = alternatives(word.substr(1), all);
    Words rest = all;
    std::erase_if(rest, [&](const auto& one) { return std::ranges::count(others, one) > 0; });
    return rest;
  }
  Words found;
  std::istringstream stream{word};
  for (std::string one; std::getline(stream, one, '|');) found.push_back(one);
  return found;
}

/// The names of a described enum.
template <class E>
Words names_of() {
  Words names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
      [&](auto enumerator) { names.emplace_back(enumerator.name); });
  return names;
}

template <class E>
std::optional<E> find_enum(const std::string& name) {
  E value{};
  if (!boost::describe::enum_from_string(name.c_str(), value)) return {};
  return value;
}

/// The enumerator of that name; throws when there is none, which is a slip in a scenario file.
template <class E>
E to_enum(const std::string& name) {
  if (const auto value = find_enum<E>(name)) return *value;
  throw std::runtime_error{"no such name: " + name};
}

/// The id of somebody or something in a scenario; equal for equal numbers alone.
template <class SomeId>
SomeId id_of(std::uint8_t number) {
  SomeId id;
  id.uuid.bytes[15] = number;
  return id;
}

/// A number with an optional unit behind it: "80m", "0.9", "-5".
inline double to_number(const std::string& text) {
  double value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) {
    throw std::runtime_error{"not a number: " + text};
  }
  return value;
}

inline std::int64_t to_integer(const std::string& text) {
  return static_cast<std::int64_t>(to_number(text));
}

/// "250ms", "30s", "5m30s", "24h".
inline base::Duration to_duration(const std::string& text) {
  using namespace std::chrono;
  base::Duration sum{0};
  std::istringstream stream{text};
  for (std::int64_t count = 0; stream >> count;) {
    std::string unit;
    while (std::isalpha(stream.peek()) != 0) unit += static_cast<char>(stream.get());
    if (unit == "h")
      sum += hours{count};
    else if (unit == "m")
      sum += minutes{count};
    else if (unit == "s")
      sum += seconds{count};
    else if (unit == "ms")
      sum += milliseconds{count};
    else
      throw std::runtime_error{"not a duration: " + text};
  }
  return sum;
}

}  // namespace tests::support
