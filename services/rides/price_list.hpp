#pragma once

/// Operators' areas and tariffs: see contracts/tariffs.hpp. Rows are added and retired, and never
/// changed.

#include <vector>

#include "contracts/tariffs.hpp"
#include "platform/postgres/pool.hpp"
#include "services/binding/work.hpp"
#include "services/rides/config.hpp"
#include "services/rides/ports.hpp"

namespace services::rides {

/// The tables, and outside of all areas the configuration.
class PgPriceList final : public PriceList {
 public:
  PgPriceList(binding::Work& work, platform::postgres::Pool& pool, const RidesConfig& config)
      : work_(work), pool_(pool), config_(config) {}

  awaitable<std::vector<domain::fare::Tariff>> offers(domain::geo::Point pickup,
                                                      base::Instant at) override;

  // Operators' work. Retiring twice is retiring once.

  awaitable<void> add(const contracts::TariffAreaView& area);
  awaitable<void> add(const contracts::TariffView& tariff);
  awaitable<void> retire(domain::TariffAreaId id, const std::string& by);
  awaitable<void> retire(domain::TariffId id, const std::string& by);
  /// In this transaction.
  awaitable<std::optional<contracts::TariffAreaView>> find(domain::TariffAreaId id);
  awaitable<std::optional<contracts::TariffView>> find(domain::TariffId id);
  /// Newest first, at most one more than the page holds.
  awaitable<std::vector<contracts::TariffAreaView>> list(const contracts::ListTariffAreas& which);
  awaitable<std::vector<contracts::TariffView>> list(const contracts::ListTariffs& which);

 private:
  awaitable<std::optional<domain::TariffAreaId>> area_at(domain::geo::Point place,
                                                         base::Instant at);

  binding::Work& work_;
  platform::postgres::Pool& pool_;
  const RidesConfig& config_;
};

}  // namespace services::rides
