#pragma once

/// What operators do about areas and prices, and what match asks of them.

#include "contracts/rides.hpp"
#include "contracts/tariffs.hpp"
#include "domain/rejection.hpp"
#include "services/binding/caller.hpp"
#include "services/rides/price_list.hpp"

namespace services::rides {

class TariffUseCases {
 public:
  TariffUseCases(binding::Work& work, platform::postgres::Pool& pool, const RidesConfig& config)
      : work_(work), prices_(work, pool, config), config_(config) {}

  using Caller = binding::Caller;
  template <class T>
  using Told = awaitable<domain::Outcome<T>>;

  /// Refuses a validity that begins in the past with invalid_value: prices are never changed
  /// behind somebody's back.
  Told<contracts::TariffAreaView> create_area(Caller caller, contracts::CreateTariffArea command);
  Told<contracts::TariffAreaPage> list_areas(Caller caller, contracts::ListTariffAreas question);
  Told<contracts::TariffAreaView> retire_area(Caller caller, contracts::TariffAreaRef command);

  /// As above, and refuses prices in another currency than that of the books.
  Told<contracts::TariffView> create_tariff(Caller caller, contracts::CreateTariff command);
  Told<contracts::TariffPage> list_tariffs(Caller caller, contracts::ListTariffs question);
  Told<contracts::TariffView> retire_tariff(Caller caller, contracts::TariffRef command);

  Told<contracts::Offer> check_offer(Caller caller, contracts::CheckOffer question);

 private:
  bool is_of_the_books(const contracts::CreateTariff& command) const;
  /// Empty for a time in the past.
  std::optional<base::Instant> begin_of(std::optional<base::Instant> valid_from) const;

  binding::Work& work_;
  PgPriceList prices_;
  const RidesConfig& config_;
};

}  // namespace services::rides
