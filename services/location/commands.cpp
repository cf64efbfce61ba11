#include "services/location/commands.hpp"

#include "contracts/operations/location.hpp"

namespace services::location {
namespace {

namespace operations = contracts::operations;
namespace events = contracts::events;
using binding::on;
using binding::when;

// clang-format off

constexpr binding::Command<LocationUseCases> command_table[] = {
    on<&LocationUseCases::find_drivers>(operations::find_drivers),
    on<&LocationUseCases::where_is>    (operations::where_is),
    on<&LocationUseCases::read_meter>  (operations::read_meter),
};

constexpr binding::Reaction<LocationUseCases> reaction_table[] = {
    when<&LocationUseCases::follow_driver> (events::ride_matched),
    when<&LocationUseCases::follow_driver> (events::ride_reassigned),
    when<&LocationUseCases::follow_driver> (events::ride_driver_arrived),
    when<&LocationUseCases::begin_trip>    (events::ride_started),
    when<&LocationUseCases::end_trip>      (events::ride_completed),
    when<&LocationUseCases::drop_trip>     (events::ride_cancelled),
    when<&LocationUseCases::stop_following>(events::ride_paid),
};

// clang-format on

}  // namespace

std::span<const binding::Command<LocationUseCases>> commands() { return command_table; }

std::span<const binding::Reaction<LocationUseCases>> reactions() { return reaction_table; }

}  // namespace services::location
