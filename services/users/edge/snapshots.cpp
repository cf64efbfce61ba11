#include "services/users/edge/snapshots.hpp"

#include <map>
#include <unordered_map>

#include "base/json/json.hpp"
#include "contracts/frames.hpp"
#include "contracts/snapshot.hpp"
#include "contracts/subjects.hpp"
#include "services/binding/reactions.hpp"
#include "services/users/accounts/queries.hpp"

namespace services::users::edge {
namespace {

namespace bus = platform::bus;
namespace postgres = platform::postgres;
namespace queries = accounts::queries;
using platform::awaitable;

boost::json::value parsed(const std::string& text) {
  auto value = base::json::parse(text);
  if (!value) throw std::invalid_argument{base::json::to_string(value.error())};
  return *std::move(value);
}

contracts::Document document_of(const std::string& text) {
  auto document = base::json::from_text<contracts::Document>(text);
  if (!document) throw std::invalid_argument{"a stored snapshot: " + document.error()};
  return *std::move(document);
}

struct Stored {
  std::int64_t n = 0;
  std::string text;
};

/// Empty for somebody who is deleted.
awaitable<std::optional<Stored>> lock_snapshot(postgres::Session& session, domain::UserId user) {
  co_await session.run(queries::ensure_snapshot, user);
  const auto rows = co_await session.run(queries::lock_snapshot, user);
  if (rows.empty()) co_return std::nullopt;
  co_return Stored{.n = rows.front().get<std::int64_t>("n"),
                   .text = rows.front().get<std::string>("document")};
}

/// Applies events to documents, and remembers the frames to send when the commit has happened.
class Folder {
 public:
  explicit Folder(const binding::Environment& environment) : environment_(environment) {}

  awaitable<void> apply(const bus::Event& event, bus::Unit& unit) {
    const auto payload = parsed(event.payload);
    auto& frames = frames_[event.id];
    frames.clear();
    for (const auto user : contracts::audience(event.type, payload)) {
      co_await apply_to(user, event, payload, unit);
    }
  }

  void committed(const bus::Event& event) {
    const auto found = frames_.find(event.id);
    if (found == frames_.end()) return;
    for (const auto& [user, frame] : found->second) {
      environment_.bus.publish_signal(contracts::subjects::user(user), frame);
    }
    frames_.erase(found);
  }

 private:
  awaitable<void> apply_to(domain::UserId user, const bus::Event& event,
                           const boost::json::value& payload, bus::Unit& unit) {
    auto* session = co_await unit.session();
    const auto stored = co_await lock_snapshot(*session, user);
    if (!stored) co_return;
    const auto document = contracts::fold(document_of(stored->text), user, event.type, payload);
    auto encoded = base::json::encode(document);
    const auto text = base::json::serialized(encoded);
    if (text == stored->text) co_return;
    const auto n = stored->n + 1;
    co_await session->run(queries::save_snapshot, user, n, text);
    frames_[event.id].emplace_back(
        user, base::json::to_text(contracts::UserFrame{
                  .frame = {.type = event.type, .id = {}, .n = n, .data = std::move(encoded)},
                  .slot = {}}));
  }

  binding::Environment environment_;
  // An abandoned batch leaves its frames here until it comes again.
  std::unordered_map<base::Uuid, std::vector<std::pair<domain::UserId, std::string>>> frames_;
};

}  // namespace

std::vector<std::unique_ptr<bus::Consumer>> start_folding(const binding::Environment& environment) {
  const auto folder = std::make_shared<Folder>(environment);
  std::vector<std::unique_ptr<bus::Consumer>> consumers;
  for (const auto producer :
       {contracts::Owner::users, contracts::Owner::match, contracts::Owner::rides}) {
    consumers.push_back(bus::start_consumer(
        environment.runtime, environment.bus, environment.pool,
        {.consumer = binding::service_name(contracts::Owner::users),
         .producer = binding::service_name(producer)},
        contracts::folded_types(),
        [folder](const bus::Event& event, bus::Unit& unit) { return folder->apply(event, unit); },
        [folder](const bus::Event& event) { folder->committed(event); }));
  }
  return consumers;
}

}  // namespace services::users::edge
