#include "apps/nebengjek/migrations.hpp"

#include <cstdio>

#include "platform/bus/migrations.hpp"
#include "platform/postgres/migrate.hpp"
#include "services/binding/reactions.hpp"
#include "services/location/migrations.hpp"
#include "services/match/migrations.hpp"
#include "services/rides/migrations.hpp"
#include "services/users/accounts/migrations.hpp"

namespace apps::nebengjek {
namespace {

using Steps = std::span<const platform::postgres::Migration>;

Steps steps_of(Role role) {
  switch (role) {
    case Role::users: return services::users::accounts::migrations();
    case Role::location: return services::location::migrations();
    case Role::match: return services::match::migrations();
    case Role::rides: return services::rides::migrations();
  }
  NEBENGJEK_UNREACHABLE("a role without a case");
}

}  // namespace

void migrate(const Settings& settings, const std::vector<Role>& roles) {
  for (const auto role : roles) {
    const auto config = settings.postgres_of(role);
    platform::postgres::create_schema(settings.postgres_of_administrator(), config.schema,
                                      config.user, config.password);
    std::vector<platform::postgres::Migration> steps;
    for (const auto part : {platform::bus::migrations(), steps_of(role)}) {
      steps.insert(steps.end(), part.begin(), part.end());
    }
    for (const auto& applied : platform::postgres::migrate(config, steps)) {
      std::printf("  %s: applied %s\n", config.schema.c_str(), applied.c_str());
    }
  }
}

}  // namespace apps::nebengjek
