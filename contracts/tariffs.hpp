#pragma once

/// Where which prices apply. An area is a polygon that an operator drew, a tariff the prices of one
/// vehicle type within it. Neither is ever changed: a newer one takes its place from a time on, or
/// it is retired, and what was booked before keeps its prices.

#include <string>
#include <vector>

#include "contracts/values.hpp"

namespace contracts {

struct AreaPoint {
  double latitude = 0;
  double longitude = 0;
};
BOOST_DESCRIBE_STRUCT(AreaPoint, (), (latitude, longitude))

/// From its time on only the vehicle types that have a tariff in it are offered there.
struct CreateTariffArea {
  static constexpr std::size_t points_max = 200;
  std::string name;               ///< 1 to 80 characters.
  int priority = 0;               ///< Where areas overlap, the highest counts.
  std::vector<AreaPoint> points;  ///< 3 to 200 corners, in order, without the first again.
  std::optional<base::Instant> valid_from;  ///< Now if absent; not in the past.
};
BOOST_DESCRIBE_STRUCT(CreateTariffArea, (), (name, priority, points, valid_from))
void check(const CreateTariffArea& request, base::json::Check& check);

struct TariffAreaView {
  domain::TariffAreaId area_id;
  std::string name;
  int priority = 0;
  std::vector<AreaPoint> points;
  base::Instant valid_from;
  base::Instant created_at;
  std::string created_by;  ///< Name of the operator's key.
  std::optional<base::Instant> retired_at;
  std::optional<std::string> retired_by;
};
BOOST_DESCRIBE_STRUCT(TariffAreaView, (),
                      (area_id, name, priority, points, valid_from, created_at, created_by,
                       retired_at, retired_by))

struct TariffAreaRef {
  domain::TariffAreaId area_id;
};
BOOST_DESCRIBE_STRUCT(TariffAreaRef, (), (area_id))

/// Newest first.
struct ListTariffAreas {
  std::optional<bool> retired;                 ///< True: those too.
  std::optional<domain::TariffAreaId> cursor;  ///< Opaque: next_cursor of the page before.
  std::optional<int> limit;                    ///< 1 to 100; 20 if absent.
};
BOOST_DESCRIBE_STRUCT(ListTariffAreas, (), (retired, cursor, limit))
void check(const ListTariffAreas& question, base::json::Check& check);

struct TariffAreaPage {
  std::vector<TariffAreaView> areas;
  std::optional<domain::TariffAreaId> next_cursor;
};
BOOST_DESCRIBE_STRUCT(TariffAreaPage, (), (areas, next_cursor))

/// Takes the place of the area's tariff for the vehicle type from `valid_from` on.
struct CreateTariff {
  domain::TariffAreaId area_id;
  domain::VehicleType vehicle_type = domain::VehicleType::motorcycle;
  base::Money base;
  base::Money per_km;
  base::Money per_minute;
  base::Money minimum;
  std::optional<base::Instant> valid_from;  ///< Now if absent; not in the past.
};
BOOST_DESCRIBE_STRUCT(CreateTariff, (),
                      (area_id, vehicle_type, base, per_km, per_minute, minimum, valid_from))
void check(const CreateTariff& request, base::json::Check& check);

struct TariffView {
  domain::TariffId tariff_id;
  domain::TariffAreaId area_id;
  domain::VehicleType vehicle_type = domain::VehicleType::motorcycle;
  base::Money base;
  base::Money per_km;
  base::Money per_minute;
  base::Money minimum;
  base::Instant valid_from;
  base::Instant created_at;
  std::string created_by;  ///< Name of the operator's key.
  std::optional<base::Instant> retired_at;
  std::optional<std::string> retired_by;
};
BOOST_DESCRIBE_STRUCT(TariffView, (),
                      (tariff_id, area_id, vehicle_type, base, per_km, per_minute, minimum,
                       valid_from, created_at, created_by, retired_at, retired_by))

struct TariffRef {
  domain::TariffId tariff_id;
};
BOOST_DESCRIBE_STRUCT(TariffRef, (), (tariff_id))

/// Newest first, with those that a newer one has replaced.
struct ListTariffs {
  std::optional<domain::TariffAreaId> area_id;
  std::optional<domain::VehicleType> vehicle_type;
  std::optional<bool> retired;             ///< True: those too.
  std::optional<domain::TariffId> cursor;  ///< Opaque: next_cursor of the page before.
  std::optional<int> limit;                ///< 1 to 100; 20 if absent.
};
BOOST_DESCRIBE_STRUCT(ListTariffs, (), (area_id, vehicle_type, retired, cursor, limit))
void check(const ListTariffs& question, base::json::Check& check);

struct TariffPage {
  std::vector<TariffView> tariffs;
  std::optional<domain::TariffId> next_cursor;
};
BOOST_DESCRIBE_STRUCT(TariffPage, (), (tariffs, next_cursor))

}  // namespace contracts
