#pragma once

#include "sim/city.hpp"

namespace sim {

/// Shows on standard error how a city gets on, until it has ended: one line that moves on a
/// terminal, else a line every ten seconds.
awaitable<void> show_progress(const City& city);

}  // namespace sim
