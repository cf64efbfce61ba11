#include "services/binding/reactions.hpp"

#include <map>
#include <utility>

#include <boost/describe/enum_to_string.hpp>

#include "base/assert.hpp"

namespace services::binding {
namespace {

namespace bus = platform::bus;

using Table = std::map<std::string, BoundReaction, std::less<>>;

std::vector<std::string> types_of(const Table& table) {
  std::vector<std::string> types;
  for (const auto& [type, reaction] : table) types.push_back(type);
  return types;
}

bus::ApplyEvent apply_with(const platform::runtime::Runtime& runtime, Table table) {
  return [&runtime, table = std::move(table)](const bus::Event& event,
                                              bus::Unit& unit) -> awaitable<void> {
    const auto found = table.find(event.type);
    NEBENGJEK_ASSERT(found != table.end());
    Work work{unit, runtime, event.trace};
    co_await found->second.run(work, event.payload);
  };
}

}  // namespace

std::string service_name(contracts::Owner owner) {
  return boost::describe::enum_to_string(owner, "");
}

std::vector<std::unique_ptr<bus::Consumer>> start_reacting(platform::runtime::Runtime& runtime,
                                                           bus::Connection& connection,
                                                           platform::postgres::Pool& pool,
                                                           contracts::Owner consumer,
                                                           std::vector<BoundReaction> reactions,
                                                           std::function<void()> after_commit) {
  std::map<contracts::Owner, Table> by_producer;
  for (auto& reaction : reactions) {
    by_producer[reaction.producer].emplace(reaction.type, std::move(reaction));
  }
  std::vector<std::unique_ptr<bus::Consumer>> consumers;
  for (auto& [producer, table] : by_producer) {
    auto types = types_of(table);
    consumers.push_back(bus::start_consumer(
        runtime, connection, pool,
        {.consumer = service_name(consumer), .producer = service_name(producer)}, std::move(types),
        apply_with(runtime, std::move(table)),
        [after_commit](const bus::Event&) { after_commit(); }));
  }
  return consumers;
}

}  // namespace services::binding
