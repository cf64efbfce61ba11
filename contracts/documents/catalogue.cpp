#include "contracts/documents/catalogue.hpp"

#include <tuple>
#include <type_traits>

#include "contracts/events.hpp"
#include "contracts/operations.hpp"

namespace contracts::documents {
namespace {

template <class RequestType, class AnswerType>
CatalogueOperation described(const Operation<RequestType, AnswerType>& operation) {
  return {&operation, payload_type<RequestType>(operation.name),
          payload_type<AnswerType>(operation.name)};
}

template <class Payload>
CatalogueEvent described(const EventKind<Payload>& kind) {
  return {kind.type, kind.producer, payload_type<Payload>(kind.type)};
}

template <class Rows>
auto described_all(const Rows& rows) {
  return std::apply([](const auto&... row) { return std::vector{described(row)...}; }, rows);
}

}  // namespace

std::vector<CatalogueOperation> all_operations() { return described_all(operations::all); }

std::vector<CatalogueEvent> all_events() { return described_all(events::all); }

}  // namespace contracts::documents
