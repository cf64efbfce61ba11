#include "services/match/commands.hpp"

#include "contracts/operations/match.hpp"

namespace services::match {
namespace {

namespace operations = contracts::operations;
namespace events = contracts::events;
using binding::on;
using binding::when;

// clang-format off

constexpr binding::Command<MatchUseCases> command_table[] = {
    on<&MatchUseCases::set_beacon>         (operations::set_beacon),
    on<&MatchUseCases::create_request>     (operations::create_request),
    on<&MatchUseCases::get_request>        (operations::get_request),
    on<&MatchUseCases::cancel_request>     (operations::cancel_request),
    on<&MatchUseCases::accept_proposal>    (operations::accept_proposal),
    on<&MatchUseCases::decline_proposal>   (operations::decline_proposal),
    on<&MatchUseCases::find_nearby_drivers>(operations::find_nearby_drivers),
    on<&MatchUseCases::cancel_request_for> (operations::cancel_request_for),
    on<&MatchUseCases::reassign_ride>      (operations::reassign_ride),
};

constexpr binding::Command<HistoryUseCases> question_table[] = {
    on<&HistoryUseCases::list_requests>     (operations::list_requests),
    on<&HistoryUseCases::search_requests>   (operations::search_requests),
    on<&HistoryUseCases::tell_request_story>(operations::tell_request_story),
};

constexpr binding::Reaction<MatchUseCases> reaction_table[] = {
    when<&MatchUseCases::note_driver>          (events::driver_changed),
    when<&MatchUseCases::note_blocked>         (events::user_blocked),
    when<&MatchUseCases::refuse_request>       (events::ride_refused),
    when<&MatchUseCases::end_request>          (events::ride_completed),
    when<&MatchUseCases::end_or_reopen_request>(events::ride_cancelled),
    when<&MatchUseCases::hand_over>            (events::ride_reassigned),
    when<&MatchUseCases::keep_driver>          (events::ride_reassign_refused),
    when<&MatchUseCases::note_stars>           (events::ride_rated),
};

// clang-format on

}  // namespace

std::span<const binding::Command<MatchUseCases>> commands() { return command_table; }

std::span<const binding::Command<HistoryUseCases>> questions() { return question_table; }

std::span<const binding::Reaction<MatchUseCases>> reactions() { return reaction_table; }

}  // namespace services::match
