#pragma once

/// Dead letters, which every service has of its own.

#include <tuple>

#include "contracts/dead_letters.hpp"
#include "contracts/operation.hpp"

namespace contracts::operations {

using enum Method;
using enum domain::Rejection;

/// The four rows of one service.
struct DeadLetterRows {
  Operation<ListDeadLetters, DeadLetterPage> list;
  Operation<DeadLetterRef, DeadLetterView> show;
  Operation<SelectDeadLetters, SettledDeadLetters> replay;
  Operation<SelectDeadLetters, SettledDeadLetters> drop;
};

// clang-format off

inline constexpr DeadLetterRows dead_letters_of_users{
    .list   = {{"list_dead_letters_of_users", "Events that users could not apply", get,
                "/admin/v1/dead-letters/users", "", Owner::users, "users.list_dead_letters",
                Role::staff, 200, {}, "dlq:read"}},
    .show   = {{"get_dead_letter_of_users", "One event that users could not apply, whole", get,
                "/admin/v1/dead-letters/users/{id}", "", Owner::users, "users.get_dead_letter",
                Role::staff, 200, {not_found}, "dlq:read"}},
    .replay = {{"replay_dead_letters_of_users", "Let users try these events again", post,
                "/admin/v1/dead-letters/users/replay", "", Owner::users,
                "users.replay_dead_letters", Role::staff, 200, {not_found}, "dlq:write"}},
    .drop   = {{"drop_dead_letters_of_users", "Forget these events: users will never apply them",
                post, "/admin/v1/dead-letters/users/drop", "", Owner::users,
                "users.drop_dead_letters", Role::staff, 200, {not_found}, "dlq:write"}}};
inline constexpr DeadLetterRows dead_letters_of_location{
    .list   = {{"list_dead_letters_of_location", "Events that location could not apply", get,
                "/admin/v1/dead-letters/location", "", Owner::location, "location.list_dead_letters",
                Role::staff, 200, {}, "dlq:read"}},
    .show   = {{"get_dead_letter_of_location", "One event that location could not apply, whole", get,
                "/admin/v1/dead-letters/location/{id}", "", Owner::location, "location.get_dead_letter",
                Role::staff, 200, {not_found}, "dlq:read"}},
    .replay = {{"replay_dead_letters_of_location", "Let location try these events again", post,
                "/admin/v1/dead-letters/location/replay", "", Owner::location,
                "location.replay_dead_letters", Role::staff, 200, {not_found}, "dlq:write"}},
    .drop   = {{"drop_dead_letters_of_location", "Forget these events: location will never apply them",
                post, "/admin/v1/dead-letters/location/drop", "", Owner::location,
                "location.drop_dead_letters", Role::staff, 200, {not_found}, "dlq:write"}}};
inline constexpr DeadLetterRows dead_letters_of_match{
    .list   = {{"list_dead_letters_of_match", "Events that match could not apply", get,
                "/admin/v1/dead-letters/match", "", Owner::match, "match.list_dead_letters",
                Role::staff, 200, {}, "dlq:read"}},
    .show   = {{"get_dead_letter_of_match", "One event that match could not apply, whole", get,
                "/admin/v1/dead-letters/match/{id}", "", Owner::match, "match.get_dead_letter",
                Role::staff, 200, {not_found}, "dlq:read"}},
    .replay = {{"replay_dead_letters_of_match", "Let match try these events again", post,
                "/admin/v1/dead-letters/match/replay", "", Owner::match,
                "match.replay_dead_letters", Role::staff, 200, {not_found}, "dlq:write"}},
    .drop   = {{"drop_dead_letters_of_match", "Forget these events: match will never apply them",
                post, "/admin/v1/dead-letters/match/drop", "", Owner::match,
                "match.drop_dead_letters", Role::staff, 200, {not_found}, "dlq:write"}}};
inline constexpr DeadLetterRows dead_letters_of_rides{
    .list   = {{"list_dead_letters_of_rides", "Events that rides could not apply", get,
                "/admin/v1/dead-letters/rides", "", Owner::rides, "rides.list_dead_letters",
                Role::staff, 200, {}, "dlq:read"}},
    .show   = {{"get_dead_letter_of_rides", "One event that rides could not apply, whole", get,
                "/admin/v1/dead-letters/rides/{id}", "", Owner::rides, "rides.get_dead_letter",
                Role::staff, 200, {not_found}, "dlq:read"}},
    .replay = {{"replay_dead_letters_of_rides", "Let rides try these events again", post,
                "/admin/v1/dead-letters/rides/replay", "", Owner::rides,
                "rides.replay_dead_letters", Role::staff, 200, {not_found}, "dlq:write"}},
    .drop   = {{"drop_dead_letters_of_rides", "Forget these events: rides will never apply them",
                post, "/admin/v1/dead-letters/rides/drop", "", Owner::rides,
                "rides.drop_dead_letters", Role::staff, 200, {not_found}, "dlq:write"}}};

// clang-format on

constexpr std::tuple<Operation<ListDeadLetters, DeadLetterPage>,
                     Operation<DeadLetterRef, DeadLetterView>,
                     Operation<SelectDeadLetters, SettledDeadLetters>,
                     Operation<SelectDeadLetters, SettledDeadLetters>>
rows_of(const DeadLetterRows& rows) {
  return {rows.list, rows.show, rows.replay, rows.drop};
}

inline constexpr auto all_of_dead_letters =
    std::tuple_cat(rows_of(dead_letters_of_users), rows_of(dead_letters_of_location),
                   rows_of(dead_letters_of_match), rows_of(dead_letters_of_rides));

}  // namespace contracts::operations
