#pragma once

/// What drives rides: commands of users, and events of other services.

#include <vector>

#include "services/binding/commands.hpp"
#include "services/binding/reactions.hpp"
#include "services/rides/history.hpp"
#include "services/rides/payment_use_cases.hpp"
#include "services/rides/tariffs.hpp"
#include "services/rides/use_cases.hpp"

namespace services::rides {

using MakeUseCases = binding::MakeUseCases<RideUseCases>;
using MakePaymentUseCases = binding::MakeUseCases<PaymentUseCases>;

std::vector<binding::BoundCommand> bound_commands(const MakeUseCases& make,
                                                  const MakePaymentUseCases& make_payments);
using MakeHistory = binding::MakeUseCases<HistoryUseCases>;
using MakeTariffs = binding::MakeUseCases<TariffUseCases>;

std::vector<binding::BoundCommand> bound_commands(const MakeHistory& make);
std::vector<binding::BoundCommand> bound_commands(const MakeTariffs& make);
std::vector<binding::BoundReaction> bound_reactions(const MakeUseCases& make);

}  // namespace services::rides
