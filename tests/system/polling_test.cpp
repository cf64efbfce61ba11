// A phone without a socket: it asks for its document now and then, and is told in a few bytes that
// nothing has changed.

#include "platform/runtime/deadline.hpp"
#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace http = platform::http;
namespace operations = contracts::operations;

using Polling = SystemTest;

// A user may ask ten times a second.
constexpr auto pause = std::chrono::milliseconds{150};

awaitable<http::Response> poll(Phone& phone, std::string etag = {}) {
  http::Headers headers;
  if (!etag.empty()) headers.set("If-None-Match", etag);
  return phone.api().send(http::Method::get, std::string{operations::get_snapshot.path}, {},
                          std::move(headers));
}

TEST_F(Polling, ADocumentIsSentAgainOnlyWhenItHasChanged) {
  visit([](City& city) -> awaitable<void> {
    auto& phone = city.new_phone();
    co_await phone.log_in(city.new_msisdn());
    const auto request = co_await request_ride(phone, city.place(0), city.place(-2'000));
    http::Response first;
    const auto give_up_at = city.runtime().now() + std::chrono::seconds{20};
    while (first.body.find(request.text()) == first.body.npos) {
      if (city.runtime().now() > give_up_at) throw sim::NeverHappened{"the request is shown"};
      co_await platform::runtime::sleep_for(pause);
      first = co_await poll(phone);
    }
    const std::string etag{first.headers.find("ETag").value()};
    const auto same = co_await poll(phone, etag);
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.body, "");

    granted(co_await phone.call(operations::cancel_request, {.request_id = request}));
    auto changed = co_await poll(phone, etag);
    while (changed.status == 304) {
      if (city.runtime().now() > give_up_at) throw sim::NeverHappened{"the change is shown"};
      co_await platform::runtime::sleep_for(pause);
      changed = co_await poll(phone, etag);
    }
    EXPECT_EQ(changed.status, 200);
    EXPECT_NE(changed.headers.find("ETag"), etag);
    EXPECT_NE(changed.body.find("cancelled"), changed.body.npos);
  });
}

}  // namespace
}  // namespace tests::system
