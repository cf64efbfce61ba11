// A phone without a socket: it asks for its document now and then, and is told in a few bytes that
// nothing has changed.

#include "tests/system/system_test.hpp"

namespace tests::system {
namespace {

namespace http = platform::http;
namespace operations = contracts::operations;

using Polling = SystemTest;

constexpr auto shown_within = std::chrono::seconds{20};

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
    co_await eventually("the request is shown", shown_within, [&]() -> awaitable<bool> {
      first = co_await poll(phone);
      co_return first.body.contains(request.text());
    });
    const std::string etag{first.headers.find("ETag").value()};
    const auto same = co_await poll(phone, etag);
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.body, "");

    granted(co_await phone.call(operations::cancel_request, {.request_id = request}));
    http::Response changed;
    co_await eventually("the change is shown", shown_within, [&]() -> awaitable<bool> {
      changed = co_await poll(phone, etag);
      co_return changed.status == 200;
    });
    EXPECT_NE(changed.headers.find("ETag"), etag);
    EXPECT_NE(changed.body.find("cancelled"), changed.body.npos);
  });
}

}  // namespace
}  // namespace tests::system
