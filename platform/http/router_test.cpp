#include "platform/http/router.hpp"

#include <gmock/gmock.h>

namespace platform::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

enum Row : std::size_t { list_rides, request_ride, show_ride, arrive, active_ride, replace_ride };

Router rides() {
  Router router;
  router.add(Method::get, "/v1/rides", list_rides);
  router.add(Method::post, "/v1/rides", request_ride);
  router.add(Method::get, "/v1/rides/{ride_id}", show_ride);
  router.add(Method::put, "/v1/rides/{id}", replace_ride);
  router.add(Method::post, "/v1/rides/{ride_id}/arrive", arrive);
  router.add(Method::get, "/v1/rides/active", active_ride);
  return router;
}

TEST(Router, finds_the_row_and_its_parameters) {
  const auto router = rides();
  EXPECT_EQ(router.find(Method::post, "/v1/rides")->index, request_ride);
  EXPECT_THAT(router.find(Method::post, "/v1/rides")->parameters, IsEmpty());
  const auto match = router.find(Method::post, "/v1/rides/r-7/arrive");
  ASSERT_TRUE(match);
  EXPECT_EQ(match->index, arrive);
  EXPECT_THAT(match->parameters, ElementsAre(Pair("ride_id", "r-7")));
}

TEST(Router, names_parameters_as_the_row_does) {
  EXPECT_THAT(rides().find(Method::put, "/v1/rides/7")->parameters, ElementsAre(Pair("id", "7")));
}

TEST(Router, prefers_literals_but_returns_from_dead_ends) {
  const auto router = rides();
  EXPECT_EQ(router.find(Method::get, "/v1/rides/active")->index, active_ride);
  EXPECT_EQ(router.find(Method::post, "/v1/rides/active/arrive")->index, arrive);
}

TEST(Router, answers_head_with_get) {
  EXPECT_EQ(rides().find(Method::head, "/v1/rides")->index, list_rides);
}

TEST(Router, tells_unknown_paths_from_other_methods) {
  const auto router = rides();
  for (const auto* path : {"/", "/v1", "/v1/rides/", "/v1/rides//arrive", "/v1/rides/7/", "", "v1",
                           "/v1/rides/7/arrive/now", "*"}) {
    EXPECT_EQ(router.find(Method::get, path).error().status(), 404) << path;
  }
  const auto miss = router.find(Method::del, "/v1/rides").error();
  EXPECT_EQ(miss.status(), 405);
  EXPECT_EQ(miss.allow, "GET, HEAD, POST");
  EXPECT_EQ(router.find(Method::get, "/v1/rides/7/arrive").error().allow, "POST");
}

}  // namespace
}  // namespace platform::http
