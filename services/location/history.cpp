#include "services/location/history.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "platform/telemetry/metrics.hpp"
#include "services/location/queries.hpp"

namespace services::location {
namespace {

namespace postgres = platform::postgres;
namespace telemetry = platform::telemetry;
using namespace std::chrono_literals;

/// Written in one commit, well within the time that a statement may take.
constexpr std::size_t batch_max = 10'000;
constexpr auto partitions_interval = 1h;
constexpr int closed_trips_max = 1'000;

constexpr telemetry::GaugeFamily history_waiting{"nebengjek_location_history_waiting",
                                                 "Positions that are not in the database yet"};
constexpr telemetry::CounterFamily history_dropped{
    "nebengjek_location_history_dropped_total",
    "Positions that waited for the database for too long"};

std::vector<postgres::Text> row_of(const Sighting& sighting) {
  using postgres::to_nullable;
  const auto& position = sighting.position;
  return {to_nullable(sighting.user),
          to_nullable(sighting.session),
          to_nullable(position.sequence),
          to_nullable(position.point.latitude),
          to_nullable(position.point.longitude),
          to_nullable(position.at),
          to_nullable(position.accuracy.value),
          to_nullable(position.speed_mps),
          to_nullable(position.heading_degrees),
          to_nullable(sighting.received_at)};
}

}  // namespace

History::~History() {
  waiting_.clear();
  count_waiting();
}

void History::note(const Sighting& sighting) {
  waiting_.push_back(sighting);
  drop_oldest();
  count_waiting();
}

awaitable<void> History::flush() {
  while (!waiting_.empty()) {
    auto batch = take_batch();
    try {
      co_await write(batch);
    } catch (...) {
      put_back(std::move(batch));
      throw;
    }
    count_waiting();
  }
}

awaitable<void> History::write(const Waiting& batch) {
  std::vector<std::vector<postgres::Text>> rows;
  std::ranges::transform(batch, std::back_inserter(rows), row_of);
  const auto transaction = co_await environment_.pool.begin();
  co_await transaction->session().run(queries::commit_soon);
  co_await transaction->session().copy_in(queries::copy_locations, std::move(rows));
  co_await transaction->commit();
}

awaitable<void> History::keep_partitions() {
  const auto now = environment_.runtime.now();
  if (now < partitions_due_) co_return;
  co_await environment_.pool.run(queries::create_partitions, now, config_.history_ahead_days);
  co_await environment_.pool.run(queries::drop_partitions, now, config_.history_retention_days);
  co_await environment_.pool.run(queries::delete_closed_trips,
                                 now - std::chrono::days{config_.history_retention_days},
                                 closed_trips_max);
  partitions_due_ = now + partitions_interval;
}

History::Waiting History::take_batch() {
  const auto count = std::min(batch_max, waiting_.size());
  const auto end = std::next(waiting_.begin(), static_cast<std::ptrdiff_t>(count));
  Waiting batch(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  return batch;
}

void History::put_back(Waiting batch) {
  waiting_.insert(waiting_.begin(), std::make_move_iterator(batch.begin()),
                  std::make_move_iterator(batch.end()));
  drop_oldest();
  count_waiting();
}

void History::drop_oldest() {
  const auto oldest = environment_.runtime.now() - config_.history_buffer_ms;
  std::size_t dropped = 0;
  while (!waiting_.empty() &&
         (waiting_.size() > config_.history_buffer_max || waiting_.front().received_at < oldest)) {
    waiting_.pop_front();
    ++dropped;
  }
  if (dropped > 0) history_dropped.with().add(static_cast<double>(dropped));
}

void History::count_waiting() {
  history_waiting.with().add(static_cast<double>(waiting_.size()) - static_cast<double>(counted_));
  counted_ = waiting_.size();
}

}  // namespace services::location
