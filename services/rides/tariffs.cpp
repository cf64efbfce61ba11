#include "services/rides/tariffs.hpp"

#include <algorithm>
#include <utility>

#include "services/rides/archive.hpp"

namespace services::rides {
namespace {

using contracts::TariffAreaView;
using contracts::TariffView;
using domain::rejected;
using domain::Rejection;

/// Cuts the one that was read beyond the page, and says where the next page goes on.
template <class View, class Id>
std::optional<Id> cut(std::vector<View>& views, std::optional<int> limit, Id View::* id) {
  const auto size = static_cast<std::size_t>(limit.value_or(page_size_default));
  if (views.size() <= size) return {};
  views.resize(size);
  return views.back().*id;
}

}  // namespace

TariffUseCases::Told<TariffAreaView> TariffUseCases::create_area(
    Caller caller, contracts::CreateTariffArea command) {
  const auto valid_from = begin_of(command.valid_from);
  if (!valid_from) co_return rejected(Rejection::invalid_value);
  const TariffAreaView area{.area_id = work_.new_id<domain::TariffAreaId>(),
                            .name = std::move(command.name),
                            .priority = command.priority,
                            .points = std::move(command.points),
                            .valid_from = *valid_from,
                            .created_at = std::min(work_.now(), *valid_from),
                            .created_by = caller.staff};
  co_await prices_.add(area);
  co_return area;
}

TariffUseCases::Told<contracts::TariffAreaPage> TariffUseCases::list_areas(
    Caller, contracts::ListTariffAreas question) {
  contracts::TariffAreaPage page{.areas = co_await prices_.list(question)};
  page.next_cursor = cut(page.areas, question.limit, &TariffAreaView::area_id);
  co_return page;
}

TariffUseCases::Told<TariffAreaView> TariffUseCases::retire_area(Caller caller,
                                                                 contracts::TariffAreaRef command) {
  co_await prices_.retire(command.area_id, caller.staff);
  const auto area = co_await prices_.find(command.area_id);
  if (!area) co_return rejected(Rejection::not_found);
  co_return *area;
}

TariffUseCases::Told<TariffView> TariffUseCases::create_tariff(Caller caller,
                                                               contracts::CreateTariff command) {
  const auto valid_from = begin_of(command.valid_from);
  if (!valid_from || !is_of_the_books(command)) co_return rejected(Rejection::invalid_value);
  const auto area = co_await prices_.find(command.area_id);
  if (!area || area->retired_at) co_return rejected(Rejection::not_found);
  const TariffView tariff{.tariff_id = work_.new_id<domain::TariffId>(),
                          .area_id = command.area_id,
                          .vehicle_type = command.vehicle_type,
                          .base = command.base,
                          .per_km = command.per_km,
                          .per_minute = command.per_minute,
                          .minimum = command.minimum,
                          .valid_from = *valid_from,
                          .created_at = std::min(work_.now(), *valid_from),
                          .created_by = caller.staff};
  co_await prices_.add(tariff);
  co_return tariff;
}

TariffUseCases::Told<contracts::TariffPage> TariffUseCases::list_tariffs(
    Caller, contracts::ListTariffs question) {
  contracts::TariffPage page{.tariffs = co_await prices_.list(question)};
  page.next_cursor = cut(page.tariffs, question.limit, &TariffView::tariff_id);
  co_return page;
}

TariffUseCases::Told<TariffView> TariffUseCases::retire_tariff(Caller caller,
                                                               contracts::TariffRef command) {
  co_await prices_.retire(command.tariff_id, caller.staff);
  const auto tariff = co_await prices_.find(command.tariff_id);
  if (!tariff) co_return rejected(Rejection::not_found);
  co_return *tariff;
}

TariffUseCases::Told<contracts::Offer> TariffUseCases::check_offer(Caller,
                                                                   contracts::CheckOffer question) {
  const auto offers = co_await prices_.offers({question.latitude, question.longitude}, work_.now());
  const auto found =
      std::ranges::find(offers, question.vehicle_type, &domain::fare::Tariff::vehicle_type);
  co_return contracts::Offer{.offered = found != offers.end()};
}

bool TariffUseCases::is_of_the_books(const contracts::CreateTariff& command) const {
  const auto prices = {command.base, command.per_km, command.per_minute, command.minimum};
  return std::ranges::all_of(
      prices, [&](base::Money price) { return price.currency == config_.currency(); });
}

std::optional<base::Instant> TariffUseCases::begin_of(
    std::optional<base::Instant> valid_from) const {
  const auto now = work_.now();
  if (!valid_from) return now;
  if (*valid_from < now) return {};
  return valid_from;
}

}  // namespace services::rides
