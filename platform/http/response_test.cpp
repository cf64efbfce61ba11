#include <gmock/gmock.h>

#include "platform/http/problem.hpp"
#include "platform/http/response_head.hpp"
#include "platform/http/response_reader.hpp"

namespace platform::http {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr base::Instant sunday{std::chrono::seconds{784'111'777}};

TEST(ResponseHead, is_complete) {
  const Response response{.status = 201, .headers = {{"Location", "/v1/rides/7"}}, .body = "{}"};
  EXPECT_EQ(response_head(response, {.now = sunday, .secure = true}),
            "HTTP/1.1 201 Created\r\n"
            "Location: /v1/rides/7\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Server: nebengjek\r\n"
            "Strict-Transport-Security: max-age=31536000\r\n"
            "Content-Length: 2\r\n"
            "Connection: keep-alive\r\n"
            "\r\n");
}

TEST(ResponseHead, cannot_be_split_by_a_value) {
  const Response response{.headers = {{"Location", "/a\r\nSet-Cookie: x"}}};
  EXPECT_THAT(response_head(response, {}), HasSubstr("\r\nLocation: /a  Set-Cookie: x\r\n"));
}

TEST(ResponseHead, keeps_the_framing_to_itself) {
  const Response response{.headers = {{"Content-Length", "7"}, {"transfer-encoding", "chunked"}}};
  const auto head = response_head(response, {.keep_alive = false});
  EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 0\r\nConnection: close\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("chunked")));
  EXPECT_THAT(response_head({.status = 204}, {}), Not(HasSubstr("Content-Length")));
}

TEST(Problem, says_what_it_is_told) {
  const auto response =
      problem(422, "invalid_request", "The request has invalid fields.", {},
              {{.path = "pickup.latitude", .message = "must be \"small\""}}, "4bf92f35");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.headers.find("content-type"), "application/problem+json");
  EXPECT_EQ(response.body,
            R"({"type":"urn:nebengjek:problem:invalid_request","status":422,)"
            R"("code":"invalid_request","title":"The request has invalid fields.",)"
            R"("errors":[{"field":"pickup.latitude","message":"must be \"small\""}],)"
            R"("trace_id":"4bf92f35"})");
}

TEST(ParseResponseHead, knows_where_the_body_ends) {
  using Ends = ResponseHead::Ends;
  const auto parse = [](std::string headers, Method method = Method::get) {
    return parse_response_head("HTTP/1.1 200 OK\r\n" + headers + "\r\n", method);
  };
  EXPECT_EQ(parse("Content-Length: 3\r\n")->content_length, 3U);
  EXPECT_EQ(parse("Content-Length: 3\r\n", Method::head)->content_length, 0U);
  EXPECT_EQ(parse("Transfer-Encoding: chunked\r\n")->body_ends, Ends::by_chunks);
  EXPECT_EQ(parse("")->body_ends, Ends::with_connection);
  EXPECT_FALSE(parse("")->keep_alive);
  EXPECT_FALSE(parse("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_FALSE(parse("Content-Length: 3\r\nContent-Length: 3\r\n"));
  EXPECT_FALSE(parse("Content-Length: three\r\n"));
}

TEST(ParseResponseHead, refuses_what_is_no_http) {
  for (const auto* text : {"", "\r\n\r\n", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n",
                           "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
                           "HTTP/1.1 999 OK\r\n\r\n", "HTTP/1.1 200 OK\nA: b\r\n\r\n"})
    EXPECT_FALSE(parse_response_head(text, Method::get)) << text;
}

}  // namespace
}  // namespace platform::http
