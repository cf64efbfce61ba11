#include "services/rides/commands.hpp"

#include "contracts/events.hpp"
#include "contracts/operations/rides.hpp"

namespace services::rides {
namespace {

namespace events = contracts::events;
namespace operations = contracts::operations;
using binding::on;
using binding::when;

// clang-format off

constexpr binding::Command<RideUseCases> commands[] = {
    on<&RideUseCases::estimate_fare> (operations::estimate_fare),
    on<&RideUseCases::get_ride>      (operations::get_ride),
    on<&RideUseCases::arrive>        (operations::arrive),
    on<&RideUseCases::start>         (operations::start_ride),
    on<&RideUseCases::complete>      (operations::complete_ride),
    on<&RideUseCases::cancel>        (operations::cancel_ride),
    on<&RideUseCases::report_no_show>(operations::report_no_show),
    on<&RideUseCases::pay>           (operations::pay_ride),
    on<&RideUseCases::confirm_cash>  (operations::confirm_cash),
    on<&RideUseCases::get_receipt>   (operations::get_receipt),
    on<&RideUseCases::get_balance>   (operations::get_balance),
};

constexpr binding::Reaction<RideUseCases> reactions[] = {
    when<&RideUseCases::begin>        (events::match_accepted),
    when<&RideUseCases::finalize_fare>(events::trip_metered),
};

// clang-format on

}  // namespace

std::vector<binding::BoundCommand> bound_commands(const MakeUseCases& make) {
  return binding::bind<RideUseCases>(commands, make);
}

std::vector<binding::BoundReaction> bound_reactions(const MakeUseCases& make) {
  return binding::bind<RideUseCases>(reactions, make);
}

}  // namespace services::rides
