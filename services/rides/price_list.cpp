#include "services/rides/price_list.hpp"

#include "base/json/enums.hpp"
#include "domain/geo/polygon.hpp"
#include "services/rides/archive.hpp"
#include "services/rides/queries.hpp"
#include "services/rides/rows.hpp"

namespace services::rides {
namespace {

namespace postgres = platform::postgres;
using contracts::AreaPoint;
using contracts::TariffAreaView;
using contracts::TariffView;
using domain::geo::Point;
using postgres::Row;

std::vector<Point> corners_of(const std::vector<AreaPoint>& points) {
  std::vector<Point> corners;
  for (const auto& point : points) corners.push_back({point.latitude, point.longitude});
  return corners;
}

std::vector<AreaPoint> points_of(const Row& row) {
  const auto text = row.get<std::string>("points");
  auto points = base::json::from_text<std::vector<AreaPoint>>(text);
  if (!points) postgres::bad_value(text, "corners of an area");
  return *std::move(points);
}

TariffAreaView area_of(const Row& row) {
  return {.area_id = row.get<domain::TariffAreaId>("area_id"),
          .name = row.get<std::string>("name"),
          .priority = row.get<int>("priority"),
          .points = points_of(row),
          .valid_from = row.get<base::Instant>("valid_from"),
          .created_at = row.get<base::Instant>("created_at"),
          .created_by = row.get<std::string>("created_by"),
          .retired_at = row.maybe<base::Instant>("retired_at"),
          .retired_by = row.maybe<std::string>("retired_by")};
}

TariffView tariff_view_of(const Row& row) {
  const auto prices = tariff_of(row);
  const auto money = [&](std::int64_t amount) { return base::Money{amount, prices.currency}; };
  return {.tariff_id = row.get<domain::TariffId>("tariff_id"),
          .area_id = row.get<domain::TariffAreaId>("area_id"),
          .vehicle_type = prices.vehicle_type,
          .base = money(prices.base),
          .per_km = money(prices.per_km),
          .per_minute = money(prices.per_minute),
          .minimum = money(prices.minimum),
          .valid_from = row.get<base::Instant>("valid_from"),
          .created_at = row.get<base::Instant>("created_at"),
          .created_by = row.get<std::string>("created_by"),
          .retired_at = row.maybe<base::Instant>("retired_at"),
          .retired_by = row.maybe<std::string>("retired_by")};
}

template <class View>
std::vector<View> views(const postgres::Rows& rows, View (*view_of)(const Row&)) {
  std::vector<View> views;
  for (const auto row : rows) views.push_back(view_of(row));
  return views;
}

std::int64_t one_more(std::optional<int> limit) { return limit.value_or(page_size_default) + 1; }

std::vector<domain::fare::Tariff> configured(const RidesConfig& config) {
  std::vector<domain::fare::Tariff> tariffs;
  for (const auto& type : base::json::enum_names<domain::VehicleType>()) {
    const auto tariff = config.tariff(static_cast<domain::VehicleType>(type.value));
    if (tariff) tariffs.push_back(*tariff);
  }
  return tariffs;
}

}  // namespace

awaitable<std::vector<domain::fare::Tariff>> PgPriceList::offers(Point pickup, base::Instant at) {
  const auto area = co_await area_at(pickup, at);
  if (!area) co_return configured(config_);
  co_return views(co_await pool_.run(queries::tariffs_in_force, *area, at), &tariff_of);
}

awaitable<std::optional<domain::TariffAreaId>> PgPriceList::area_at(Point place, base::Instant at) {
  const auto around =
      co_await pool_.run(queries::areas_around, place.latitude, place.longitude, at);
  for (const auto row : around) {
    if (!contains(corners_of(points_of(row)), place)) continue;
    co_return row.get<domain::TariffAreaId>("area_id");
  }
  co_return std::nullopt;
}

awaitable<void> PgPriceList::add(const TariffAreaView& area) {
  const auto box = domain::geo::box_of(corners_of(area.points));
  auto* session = co_await work_.session();
  co_await session->run(queries::add_area, area.area_id, area.name, area.priority,
                        base::json::to_text(area.points), box.south, box.west, box.north, box.east,
                        area.valid_from, area.created_at, area.created_by);
}

awaitable<void> PgPriceList::add(const TariffView& tariff) {
  auto* session = co_await work_.session();
  co_await session->run(queries::add_tariff, tariff.tariff_id, tariff.area_id, tariff.vehicle_type,
                        base::code(tariff.base.currency), tariff.base.amount, tariff.per_km.amount,
                        tariff.per_minute.amount, tariff.minimum.amount, tariff.valid_from,
                        tariff.created_at, tariff.created_by);
}

awaitable<void> PgPriceList::retire(domain::TariffAreaId id, const std::string& by) {
  auto* session = co_await work_.session();
  co_await session->run(queries::retire_area, id, work_.now(), by);
}

awaitable<void> PgPriceList::retire(domain::TariffId id, const std::string& by) {
  auto* session = co_await work_.session();
  co_await session->run(queries::retire_tariff, id, work_.now(), by);
}

awaitable<std::optional<TariffAreaView>> PgPriceList::find(domain::TariffAreaId id) {
  auto* session = co_await work_.session();
  const auto rows = co_await session->run(queries::find_area, id);
  if (rows.empty()) co_return std::nullopt;
  co_return area_of(rows.front());
}

awaitable<std::optional<TariffView>> PgPriceList::find(domain::TariffId id) {
  auto* session = co_await work_.session();
  const auto rows = co_await session->run(queries::find_tariff, id);
  if (rows.empty()) co_return std::nullopt;
  co_return tariff_view_of(rows.front());
}

awaitable<std::vector<TariffAreaView>> PgPriceList::list(const contracts::ListTariffAreas& which) {
  co_return views(co_await pool_.run(queries::list_areas, which.retired.value_or(false),
                                     which.cursor, one_more(which.limit)),
                  &area_of);
}

awaitable<std::vector<TariffView>> PgPriceList::list(const contracts::ListTariffs& which) {
  co_return views(
      co_await pool_.run(queries::list_tariffs, which.area_id, which.vehicle_type,
                         which.retired.value_or(false), which.cursor, one_more(which.limit)),
      &tariff_view_of);
}

}  // namespace services::rides
