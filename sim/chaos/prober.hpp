#pragma once

/// Asks a component the cheapest question that it alone can answer, again and again, until it does.

#include <optional>
#include <vector>

#include "sim/chaos/fault.hpp"
#include "sim/phone.hpp"

namespace sim::chaos {

class Prober {
 public:
  /// `http` must outlive this.
  Prober(platform::runtime::Runtime& runtime, platform::http::Client& http,
         std::vector<std::string> edges);

  /// Logs in a driver at each edge. Throws when that fails.
  awaitable<void> prepare(const std::function<std::string()>& new_msisdn);
  awaitable<void> switch_off();

  /// From now to the first 2xx: of users at the edge of that instance, of others anywhere. Empty
  /// when there is none within `limit`.
  awaitable<std::optional<std::chrono::milliseconds>> time_to_answer(
      Component component, std::optional<int> instance, std::chrono::milliseconds limit);

 private:
  awaitable<bool> answers(Component component, Phone& phone);
  template <class Request, class Answer>
  awaitable<bool> is_granted(Phone& phone, const contracts::Operation<Request, Answer>& operation,
                             Request request = {});

  std::vector<std::unique_ptr<Phone>> phones_;  ///< One at each edge.
};

}  // namespace sim::chaos
