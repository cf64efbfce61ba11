#pragma once

#include "apps/nebengjek/settings.hpp"

namespace apps::nebengjek {

/// Proves the books: every row has its reason, every currency sums to zero, and nothing under a
/// seal was changed. Prints what it found; returns 0 if all is proven, else 1.
int verify_ledger(const Settings& settings);

}  // namespace apps::nebengjek
