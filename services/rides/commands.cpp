#include "services/rides/commands.hpp"

#include <algorithm>
#include <iterator>

#include "contracts/events.hpp"
#include "contracts/operations/payments.hpp"
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
    on<&RideUseCases::cancel_for>    (operations::cancel_ride_for),
    on<&RideUseCases::complete_for>  (operations::complete_ride_for),
    on<&RideUseCases::set_metres>    (operations::set_ride_metres),
};

constexpr binding::Command<HistoryUseCases> looks_back[] = {
    on<&HistoryUseCases::list_rides>    (operations::list_rides),
    on<&HistoryUseCases::rate>          (operations::rate_ride),
    on<&HistoryUseCases::get_rating>    (operations::get_rating),
    on<&HistoryUseCases::search_rides>  (operations::search_rides),
    on<&HistoryUseCases::get_ride_story>(operations::get_ride_story),
    on<&HistoryUseCases::look_up_ride>  (operations::look_up_ride),
};

constexpr binding::Command<TariffUseCases> price_changes[] = {
    on<&TariffUseCases::create_area>  (operations::create_tariff_area),
    on<&TariffUseCases::list_areas>   (operations::list_tariff_areas),
    on<&TariffUseCases::retire_area>  (operations::retire_tariff_area),
    on<&TariffUseCases::create_tariff>(operations::create_tariff),
    on<&TariffUseCases::list_tariffs> (operations::list_tariffs),
    on<&TariffUseCases::retire_tariff>(operations::retire_tariff),
    on<&TariffUseCases::check_offer>  (operations::check_offer),
};

constexpr binding::Command<PaymentUseCases> payment_commands[] = {
    on<&PaymentUseCases::get_wallet>     (operations::get_wallet),
    on<&PaymentUseCases::top_up>         (operations::top_up_wallet),
    on<&PaymentUseCases::get_top_up>     (operations::get_top_up),
    on<&PaymentUseCases::request_payout> (operations::request_payout),
    on<&PaymentUseCases::list_payouts>   (operations::list_payouts),
    on<&PaymentUseCases::receive_webhook>(operations::receive_payment_webhook),
    on<&PaymentUseCases::get_payment>    (operations::get_payment),
    on<&PaymentUseCases::refund>         (operations::refund_payment),
    on<&PaymentUseCases::settle_debt>    (operations::settle_driver_debt),
    on<&PaymentUseCases::find_entries>   (operations::find_ledger_entries),
    on<&PaymentUseCases::start_run>      (operations::start_payout_run),
    on<&PaymentUseCases::get_run>        (operations::get_payout_run),
};

constexpr binding::Reaction<RideUseCases> reactions[] = {
    when<&RideUseCases::begin>        (events::match_accepted),
    when<&RideUseCases::reassign>     (events::match_reassigned),
    when<&RideUseCases::finalize_fare>(events::trip_metered),
};

// clang-format on

}  // namespace

std::vector<binding::BoundCommand> bound_commands(const MakeUseCases& make,
                                                  const MakePaymentUseCases& make_payments) {
  auto bound = binding::bind<RideUseCases>(commands, make);
  std::ranges::move(binding::bind<PaymentUseCases>(payment_commands, make_payments),
                    std::back_inserter(bound));
  return bound;
}

std::vector<binding::BoundCommand> bound_commands(const MakeHistory& make) {
  return binding::bind<HistoryUseCases>(looks_back, make);
}

std::vector<binding::BoundCommand> bound_commands(const MakeTariffs& make) {
  return binding::bind<TariffUseCases>(price_changes, make);
}

std::vector<binding::BoundReaction> bound_reactions(const MakeUseCases& make) {
  return binding::bind<RideUseCases>(reactions, make);
}

}  // namespace services::rides
