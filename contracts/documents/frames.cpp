#include "contracts/documents/frames.hpp"

#include <algorithm>

#include "contracts/frames.hpp"
#include "contracts/location.hpp"
#include "contracts/snapshot.hpp"

namespace contracts::documents {
namespace {

template <class Data>
Frame frame(std::string_view type, std::string summary, bool numbered = false) {
  return {std::string{type}, std::move(summary), payload_type<Data>(type), {}, numbered};
}

/// Of somebody who is told of it, and had nothing before.
Document document_after(const CatalogueEvent& event) {
  const auto told = audience(event.type, event.payload.example);
  return told.empty() ? Document{} : fold({}, told.front(), event.type, event.payload.example);
}

}  // namespace

std::vector<Frame> frames_in() {
  std::vector frames{
      frame<ReportPositions>(frames::report_positions,
                             "Where the phone is, or was: fixes it has kept, oldest first"),
      frame<RenewToken>(frames::renew_token, "A newer access token of the same session")};
  for (auto& operation : all_operations()) {
    if (operation.row->frame.empty()) continue;
    frames.push_back({.type = std::string{operation.row->frame},
                      .summary = std::string{operation.row->summary},
                      .data = std::move(operation.request),
                      .answer = operation.answer.name});
  }
  return frames;
}

std::vector<Frame> frames_out() {
  constexpr bool numbered = true;
  std::vector frames{
      frame<Document>(frames::snapshot, "The whole document, after connecting", numbered),
      frame<Degraded>(frames::degraded,
                      "What is out of reach at the moment; empty when all is back"),
      frame<DriverPosition>(frames::driver_position,
                            "Where the passenger's driver is, until the ride ends"),
      frame<RunningFare>(frames::running_fare, "The fare so far, while the trip is under way"),
      frame<Metered>(frames::metered, "Fixes up to this sequence need not be kept")};
  const auto folded = folded_types();
  for (const auto& event : all_events()) {
    if (std::ranges::count(folded, event.type) == 0) continue;
    frames.push_back(
        frame<Document>(event.type, "The document after " + std::string{event.type}, numbered));
    frames.back().data.example = base::json::encode(document_after(event));
  }
  return frames;
}

}  // namespace contracts::documents
