#pragma once

/// Events that a service could not apply: looked at, tried again, forgotten. Each command throws
/// std::invalid_argument with a sentence when it can't be told which are meant.

#include <cstdint>
#include <optional>
#include <string>

#include "apps/nebengjek/settings.hpp"

namespace apps::nebengjek {

/// Which letters a command is about; what is not given is not asked for.
struct DeadLetterChoice {
  std::optional<std::string> service;  ///< "rides"; all of them where absent.
  std::optional<std::int64_t> id;
  std::optional<std::string> type;    ///< "match.accepted"
  std::optional<std::string> key;     ///< A UUID: of the request or user.
  std::optional<std::string> reason;  ///< Text that the reason contains.
  std::optional<std::string> since;   ///< RFC 3339.
  bool json = false;                  ///< A line of JSON for each letter.
};

/// Prints them, oldest first.
void list_dead_letters(const Settings& settings, const DeadLetterChoice& choice);

/// Prints the one with the id, whole. False when there is none.
bool show_dead_letter(const Settings& settings, const DeadLetterChoice& choice);

/// Those that the choice names, by anything but the service alone; each in a commit of its own.
/// Prints how many, or each with `json`, and returns how many.
int replay_dead_letters(const Settings& settings, const DeadLetterChoice& choice);
int drop_dead_letters(const Settings& settings, const DeadLetterChoice& choice);

}  // namespace apps::nebengjek
