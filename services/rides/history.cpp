#include "services/rides/history.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "contracts/snapshot.hpp"
#include "services/rides/views.hpp"

namespace services::rides {
namespace {

namespace ride = domain::ride;
using contracts::RatingView;
using contracts::RideStory;
using contracts::StaffRidePage;
using domain::rejected;
using domain::Rejection;

/// The caller's own, whatever is asked.
contracts::SearchRides own_rides(domain::UserId user, const contracts::ListRides& question) {
  contracts::SearchRides search{.state = question.state,
                                .from = question.from,
                                .until = question.until,
                                .cursor = question.cursor,
                                .limit = question.limit};
  const bool as_driver = question.side == ride::Side::driver;
  (as_driver ? search.driver_id : search.passenger_id) = user;
  return search;
}

/// Cuts the one that was read beyond the page, and says where the next page goes on.
std::optional<domain::RideId> cut(std::vector<RideRecord>& records, std::optional<int> limit) {
  const auto size = static_cast<std::size_t>(limit.value_or(page_size_default));
  if (records.size() <= size) return {};
  records.resize(size);
  return records.back().ride.id;
}

RatingView view_of(const ride::Rating& rating) {
  RatingView view{
      .ride_id = rating.ride_id, .by = rating.by, .stars = rating.stars, .rated_at = rating.at};
  if (!rating.comment.empty()) view.comment = rating.comment;
  return view;
}

std::optional<ride::Rating> rating_by(std::optional<ride::Side> side,
                                      const std::vector<ride::Rating>& ratings) {
  const auto found =
      std::ranges::find_if(ratings, [&](const ride::Rating& rating) { return rating.by == side; });
  if (found == ratings.end()) return {};
  return *found;
}

}  // namespace

HistoryUseCases::Told<contracts::RidePage> HistoryUseCases::list_rides(
    Caller caller, contracts::ListRides question) {
  auto records = co_await archive_.search(own_rides(caller.user, question));
  contracts::RidePage page{.next_cursor = cut(records, question.limit)};
  for (const auto& record : records) {
    page.rides.push_back(contracts::as_seen_by(caller.user, rides::view_of(record)));
  }
  co_return page;
}

HistoryUseCases::Told<RatingView> HistoryUseCases::rate(Caller caller,
                                                        contracts::RateRide command) {
  const auto record = co_await rides_.lock(command.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  const auto earlier =
      rating_by(side_of(record->ride, caller.user), co_await archive_.ratings(command.ride_id));
  const auto rating = decide(record->ride, earlier, caller.user,
                             ride::Rate{command.stars, command.comment.value_or("")},
                             config_.rating_rules(), work_.now());
  if (!rating) co_return rejected(rating.error());
  if (!earlier) {
    co_await archive_.add(*rating);
    co_await work_.announce(contracts::events::ride_rated, rating->ride_id,
                            contracts::RideRated{.ride_id = rating->ride_id,
                                                 .passenger_id = record->ride.passenger_id,
                                                 .driver_id = record->ride.driver_id,
                                                 .by = rating->by,
                                                 .stars = rating->stars});
  }
  co_return view_of(*rating);
}

HistoryUseCases::Told<RatingView> HistoryUseCases::get_rating(Caller caller,
                                                              contracts::RideRef question) {
  const auto record = co_await rides_.find(question.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  const auto rating =
      rating_by(side_of(record->ride, caller.user), co_await archive_.ratings(question.ride_id));
  if (!rating) co_return rejected(Rejection::not_found);
  co_return view_of(*rating);
}

HistoryUseCases::Told<StaffRidePage> HistoryUseCases::search_rides(
    Caller, contracts::SearchRides question) {
  auto records = co_await archive_.search(question);
  StaffRidePage page{.next_cursor = cut(records, question.limit)};
  for (const auto& record : records) page.rides.push_back(staff_view_of(record));
  co_return page;
}

HistoryUseCases::Told<StaffRidePage> HistoryUseCases::look_up_ride(Caller,
                                                                   contracts::RideRef question) {
  StaffRidePage page;
  const auto record = co_await rides_.find(question.ride_id);
  if (record) page.rides.push_back(staff_view_of(*record));
  co_return page;
}

HistoryUseCases::Told<RideStory> HistoryUseCases::get_ride_story(Caller,
                                                                 contracts::RideRef question) {
  RideStory story;
  if (auto of_match = co_await witnesses_.request_story(question.ride_id)) {
    story.request = std::move(of_match->request);
    story.proposals = std::move(of_match->proposals);
    story.timeline = std::move(of_match->timeline);
  } else {
    story.missing.emplace_back("match");
  }
  const auto record = co_await rides_.find(question.ride_id);
  if (!record && !story.request) co_return rejected(Rejection::not_found);
  if (record) co_await add_own(story, *record);
  std::ranges::sort(story.timeline, {}, [](const contracts::StoryEntry& entry) {
    return std::tie(entry.at, entry.what);
  });
  co_return story;
}

awaitable<void> HistoryUseCases::add_own(RideStory& story, const RideRecord& record) {
  story.ride = staff_view_of(record);
  std::ranges::move(co_await archive_.steps(record.ride.id), std::back_inserter(story.timeline));
  if (const auto meters = co_await witnesses_.meter(record.ride.id)) {
    if (!meters->meters.empty()) story.meter = meters->meters.front();
  } else {
    story.missing.emplace_back("location");
  }
  if (const auto receipt = receipt_of(record)) story.fare = receipt->lines;
  story.ledger = co_await archive_.entries(record);
  for (const auto& rating : co_await archive_.ratings(record.ride.id)) {
    story.ratings.push_back(view_of(rating));
  }
}

}  // namespace services::rides
