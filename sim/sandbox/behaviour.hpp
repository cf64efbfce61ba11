#pragma once

/// How the sandbox behaves: as well as one could wish, unless told otherwise.

#include <chrono>

namespace sim::sandbox {

struct Behaviour {
  std::chrono::milliseconds decides_after{200};  ///< Until then an order is pending.
  int decline_percent = 0;  ///< Of orders; one whose amount ends in 13 is declined always.
  int fail_percent = 0;     ///< Of requests: 500, half of them after having been carried out.
  int hang_percent = 0;     ///< Of requests: no answer for `hangs_for`, half of them likewise.
  std::chrono::milliseconds hangs_for{60'000};
  bool sends_webhooks = true;
  int duplicate_percent = 0;                    ///< Of webhooks: sent twice.
  std::chrono::milliseconds webhooks_stray{0};  ///< Each waits up to so long: they overtake.
};

}  // namespace sim::sandbox
