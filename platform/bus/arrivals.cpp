#include "platform/bus/arrivals.hpp"

#include <algorithm>
#include <utility>

namespace platform::bus {

void Arrivals::add(Numbered numbered, std::string acknowledge_to) {
  const auto position = numbered.position;
  const auto [place, is_new] = waiting_.try_emplace(position);
  if (is_new) place->second.numbered = std::move(numbered);
  if (!acknowledge_to.empty()) place->second.acknowledge_to = std::move(acknowledge_to);
}

std::int64_t Arrivals::missing_after(std::int64_t position) const {
  const auto next = waiting_.upper_bound(position);
  return next == waiting_.end() ? 0 : next->first - position - 1;
}

std::vector<const Numbered*> Arrivals::run_after(std::int64_t position, std::size_t limit) const {
  std::vector<const Numbered*> run;
  for (auto next = waiting_.upper_bound(position); next != waiting_.end(); ++next) {
    if (run.size() == limit || next->first != ++position) break;
    run.push_back(&next->second.numbered);
  }
  return run;
}

std::vector<std::string> Arrivals::drop_through(std::int64_t position) {
  std::vector<std::string> acknowledge_to;
  const auto end = waiting_.upper_bound(position);
  for (auto done = waiting_.begin(); done != end; ++done) {
    auto& subject = done->second.acknowledge_to;
    if (!subject.empty()) acknowledge_to.push_back(std::move(subject));
  }
  waiting_.erase(waiting_.begin(), end);
  return acknowledge_to;
}

}  // namespace platform::bus
