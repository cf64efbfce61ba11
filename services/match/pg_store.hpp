#pragma once

/// The ports of requests, proposals and drivers over PostgreSQL.

#include <memory>

#include "services/binding/work.hpp"
#include "services/match/ports.hpp"

namespace services::match {

std::unique_ptr<MatchStore> make_pg_match_store(binding::Work& work);
std::unique_ptr<DispatchStore> make_pg_dispatch_store(binding::Work& work);

}  // namespace services::match
