#pragma once

/// Moving points, found by nearness. One index belongs to one thread.
///
/// Points lie in the cells of a geohash grid. A search walks the cells outwards from the middle and
/// stops as soon as no farther cell can hold a nearer point, so its cost follows the number of
/// points near the middle, not the number in the circle.

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/metres.hpp"
#include "domain/geo/grid.hpp"
#include "domain/geo/point.hpp"

namespace domain::geo {

/// `Id` is hashable and names one point; `Payload` is what a filter wants to know about it.
template <class Id, class Payload>
class SpatialIndex {
 public:
  struct Entry {
    Id id;
    Point point;
    Payload payload;
  };

  struct Hit {
    Entry entry;
    base::Metres distance;
  };

  /// Cells of `precision` characters: 6 (1.2 x 0.6 km at the equator) suits searches of 1 to 5 km.
  explicit SpatialIndex(int precision = 6) : precision_{precision} {}

  std::size_t size() const { return places_.size(); }

  /// Puts `id` at `point`, wherever it was before.
  void upsert(const Id& id, Point point, Payload payload);

  /// Forgets `id`; nothing happens if it is unknown.
  void remove(const Id& id);

  /// The entry of `id`, or null. Valid until the next change of the index.
  const Entry* find(const Id& id) const;

  /// The at most `limit` entries nearest to `centre`, nearest first, no farther than `radius`
  /// (inclusive), for which `filter(entry)` holds. Equal distances come in order of id.
  template <class Filter>
  std::vector<Hit> nearest(Point centre, base::Metres radius, std::size_t limit,
                           Filter&& filter) const;

  /// Calls `visit(entry)` for every entry, in no order.
  template <class Visit>
  void for_each(Visit&& visit) const;

 private:
  struct Place {
    Cell cell;
    std::size_t slot = 0;
  };

  static bool nearer(const Hit& a, const Hit& b) {
    return std::pair{a.distance, a.entry.id} < std::pair{b.distance, b.entry.id};
  }

  void insert(const Id& id, const Cell& cell, Entry entry);

  int precision_;
  std::unordered_map<Cell, std::vector<Entry>> cells_;
  std::unordered_map<Id, Place> places_;
};

template <class Id, class Payload>
void SpatialIndex<Id, Payload>::insert(const Id& id, const Cell& cell, Entry entry) {
  auto& entries = cells_[cell];
  places_[id] = {cell, entries.size()};
  entries.push_back(std::move(entry));
}

template <class Id, class Payload>
void SpatialIndex<Id, Payload>::upsert(const Id& id, Point point, Payload payload) {
  const auto cell = cell_at(point, precision_);
  const auto place = places_.find(id);
  if (place != places_.end() && place->second.cell == cell) {
    cells_[cell][place->second.slot] = {id, point, std::move(payload)};
    return;
  }
  remove(id);
  insert(id, cell, {id, point, std::move(payload)});
}

template <class Id, class Payload>
void SpatialIndex<Id, Payload>::remove(const Id& id) {
  const auto place = places_.find(id);
  if (place == places_.end()) return;
  const auto [cell, slot] = place->second;
  places_.erase(place);
  auto& entries = cells_[cell];
  if (slot + 1 != entries.size()) {
    entries[slot] = std::move(entries.back());
    places_[entries[slot].id].slot = slot;
  }
  entries.pop_back();
  if (entries.empty()) cells_.erase(cell);
}

template <class Id, class Payload>
auto SpatialIndex<Id, Payload>::find(const Id& id) const -> const Entry* {
  const auto place = places_.find(id);
  if (place == places_.end()) return nullptr;
  return &cells_.at(place->second.cell)[place->second.slot];
}

template <class Id, class Payload>
template <class Filter>
auto SpatialIndex<Id, Payload>::nearest(Point centre, base::Metres radius, std::size_t limit,
                                        Filter&& filter) const -> std::vector<Hit> {
  std::vector<Hit> hits;  // a heap whose front is the farthest
  if (limit == 0) return hits;
  for (const auto& [cell, cell_distance] : covering(centre, radius, precision_)) {
    const bool full = hits.size() == limit;
    if (full && cell_distance > hits.front().distance) break;
    const auto entries = cells_.find(cell);
    if (entries == cells_.end()) continue;
    for (const auto& entry : entries->second) {
      const Hit hit{entry, distance(centre, entry.point)};
      if (hit.distance > radius || !filter(entry)) continue;
      hits.push_back(hit);
      std::ranges::push_heap(hits, nearer);
      if (hits.size() <= limit) continue;
      std::ranges::pop_heap(hits, nearer);
      hits.pop_back();
    }
  }
  std::ranges::sort_heap(hits, nearer);
  return hits;
}

template <class Id, class Payload>
template <class Visit>
void SpatialIndex<Id, Payload>::for_each(Visit&& visit) const {
  for (const auto& [cell, entries] : cells_) {
    for (const auto& entry : entries) visit(entry);
  }
}

}  // namespace domain::geo
