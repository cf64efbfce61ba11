#include "services/binding/http_exchange.hpp"

#include <gtest/gtest.h>

namespace services::binding {
namespace {

using platform::http::Headers;

struct TokenCase {
  std::string_view why;
  Headers headers;
  std::optional<std::string> token;
};

// clang-format off
const TokenCase tokens[] = {
    {"nothing",                 {},                                                           {}},
    {"the header",              {{"Authorization", "Bearer abc.def"}},                        "abc.def"},
    {"in another case",         {{"authorization", "Bearer abc"}},                            "abc"},
    {"a scheme in lower case",  {{"Authorization", "bearer abc"}},                            "abc"},
    {"another scheme",          {{"Authorization", "Basic abc"}},                             {}},
    {"no token",                {{"Authorization", "Bearer "}},                               {}},
    {"a subprotocol",           {{"Sec-WebSocket-Protocol", "bearer.abc"}},                   "abc"},
    {"one of several",          {{"Sec-WebSocket-Protocol", "nebengjek.v1, bearer.abc"}},     "abc"},
    {"the first of several",    {{"Sec-WebSocket-Protocol", "bearer.abc.def, nebengjek.v1"}}, "abc.def"},
    {"in a list of lists",      {{"Sec-WebSocket-Protocol", "nebengjek.v1"},
                                 {"Sec-WebSocket-Protocol", "bearer.abc"}},                   "abc"},
    {"part of another name",    {{"Sec-WebSocket-Protocol", "forbearer.abc"}},                {}},
    {"no token in it",          {{"Sec-WebSocket-Protocol", "bearer."}},                      {}},
    {"the header before it",    {{"Authorization", "Bearer abc"},
                                 {"Sec-WebSocket-Protocol", "bearer.def"}},                   "abc"},
    {"a bad header before it",  {{"Authorization", "Basic abc"},
                                 {"Sec-WebSocket-Protocol", "bearer.def"}},                   {}},
};
// clang-format on

TEST(BearerToken, IsTheHeadersOrTheSubprotocols) {
  for (const auto& each : tokens) {
    platform::http::Request request;
    request.headers = each.headers;
    EXPECT_EQ(bearer_token(request), each.token) << each.why;
  }
}

TEST(BearerToken, IsNeverTheUrls) {
  platform::http::Request request;
  request.query = {{"access_token", "abc"}};
  EXPECT_FALSE(bearer_token(request));
}

constexpr auto parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(TraceOf, GoesOnWithTheCallersTrace) {
  platform::http::Request request;
  request.headers.set("traceparent", parent);
  const auto trace = trace_of(request, platform::runtime::system_entropy());
  EXPECT_EQ(trace.substr(0, 35), std::string_view{parent}.substr(0, 35));
  EXPECT_NE(trace, parent);
}

TEST(TraceOf, BeginsOneWhereThereIsNone) {
  platform::http::Request request;
  const auto first = trace_of(request, platform::runtime::system_entropy());
  request.headers.set("traceparent", "00-not-a-trace");
  const auto second = trace_of(request, platform::runtime::system_entropy());
  EXPECT_EQ(first.size(), std::string_view{parent}.size());
  EXPECT_NE(first.substr(3, 32), second.substr(3, 32));
}

}  // namespace
}  // namespace services::binding
