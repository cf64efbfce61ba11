#include "platform/http/request_head.hpp"

#include <string>

#include <gmock/gmock.h>

namespace platform::http {
namespace {

constexpr HeadLimits limits{.request_line_max_bytes = 40, .headers_max_bytes = 60};

TEST(FindHead, waits_for_the_empty_line) {
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  for (std::size_t size = 0; size < head.size(); ++size)
    EXPECT_EQ(find_head(std::string_view{head}.substr(0, size), limits), std::nullopt) << size;
  EXPECT_EQ(find_head(head, limits), head.size());
  EXPECT_EQ(find_head(head + "GET /next", limits), head.size());
}

struct Oversized {
  const char* what;
  std::string received;
  Fault fault;
};

TEST(FindHead, refuses_as_soon_as_it_can) {
  const Oversized table[] = {
      {"request line at the limit", "GET /" + std::string(26, 'a') + " HTTP/1.1\r\n", {}},
      {"request line beyond it", "GET /" + std::string(27, 'a') + " HTTP/1.1\r\n",
       faults::target_too_long},
      {"request line without end", std::string(41, 'a'), faults::target_too_long},
      {"headers beyond", "GET / HTTP/1.1\r\nA: " + std::string(60, 'a') + "\r\n\r\n",
       faults::headers_too_large},
      {"headers without end", "GET / HTTP/1.1\r\nA: " + std::string(60, 'a'),
       faults::headers_too_large},
      {"bare LF", "GET / HTTP/1.1\nHost: x\r\n\r\n", faults::malformed_request},
      {"bare LF in a header", "GET / HTTP/1.1\r\nHost: x\n\r\n", faults::malformed_request},
      {"bare CR", "GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n", faults::malformed_request},
      {"CR CR LF", "GET / HTTP/1.1\r\r\nHost: x\r\n\r\n", faults::malformed_request},
  };
  for (const auto& row : table) {
    const auto found = find_head(row.received, limits);
    if (row.fault.status == 0) {
      EXPECT_TRUE(found) << row.what;
    } else {
      EXPECT_EQ(found, std::unexpected(row.fault)) << row.what;
    }
  }
}

std::expected<RequestHead, Fault> parse(std::string line, std::string headers = "Host: x\r\n") {
  return parse_head(line + "\r\n" + headers + "\r\n");
}

TEST(ParseHead, reads_a_request) {
  const auto head = parse("POST /v1/rides?zone=a%20b HTTP/1.1",
                          "Host: api.example\r\nContent-Length: 17\r\nX-Empty:\r\nA:\t b c \r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->method, Method::post);
  EXPECT_EQ(head->target.path, "/v1/rides");
  EXPECT_EQ(head->target.query.at(0).second, "a b");
  EXPECT_EQ(head->content_length, 17U);
  EXPECT_EQ(head->headers.find("x-empty"), "");
  EXPECT_EQ(head->headers.find("a"), "b c");
  EXPECT_TRUE(head->keep_alive);
  EXPECT_FALSE(head->chunked || head->expects_continue || head->wants_websocket);
}

TEST(ParseHead, knows_when_to_keep_the_connection) {
  EXPECT_FALSE(parse("GET / HTTP/1.1", "Host: x\r\nConnection: Close\r\n")->keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0", "")->keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0", "Connection: keep-alive\r\n")->keep_alive);
}

TEST(ParseHead, recognises_a_websocket) {
  const auto head = parse("GET / HTTP/1.1",
                          "Host: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n");
  EXPECT_TRUE(head->wants_websocket);
}

TEST(ParseHead, believes_an_absolute_target_more_than_the_header) {
  const auto head = parse("GET http://api.example:8080/v1?a=1 HTTP/1.1");
  EXPECT_EQ(head->target.path, "/v1");
  EXPECT_EQ(head->headers.find("Host"), "api.example:8080");
}

struct Refused {
  const char* what;
  std::string line, headers;
  Fault fault;
};

const auto good = "GET / HTTP/1.1";
const auto host = "Host: x\r\n";

const Refused refused[] = {
    // The request line
    {"no version", "GET /", host, faults::malformed_request},
    {"two spaces", "GET  / HTTP/1.1", host, faults::malformed_request},
    {"space in the target", "GET /a b HTTP/1.1", host, faults::malformed_request},
    {"leading space", " GET / HTTP/1.1", host, faults::malformed_request},
    {"no method", "@ / HTTP/1.1", host, faults::malformed_request},
    {"version 2", "GET / HTTP/2.0", host, faults::malformed_request},
    {"version 1.2", "GET / HTTP/1.2", host, faults::malformed_request},
    {"version 0.9", "GET / HTTP/0.9", host, faults::malformed_request},
    {"lower case version", "GET / http/1.1", host, faults::malformed_request},
    {"unknown method", "BREW / HTTP/1.1", host, faults::unknown_method},
    {"methods have a case", "get / HTTP/1.1", host, faults::unknown_method},
    {"tunnel", "CONNECT evil:443 HTTP/1.1", host, faults::unknown_method},
    {"relative target", "GET a HTTP/1.1", host, faults::malformed_target},
    {"asterisk for GET", "GET * HTTP/1.1", host, faults::malformed_target},
    {"NUL in the path", "GET /%00 HTTP/1.1", host, faults::malformed_target},
    // Hosts
    {"no host", good, "", faults::malformed_request},
    {"two hosts", good, "Host: x\r\nhost: x\r\n", faults::malformed_request},
    {"list of hosts", good, "Host: x, y\r\n", faults::malformed_request},
    // Header lines
    {"blank before the colon", good, "Host: x\r\nA : b\r\n", faults::malformed_request},
    {"blank before the name", good, " Host: x\r\n", faults::malformed_request},
    {"folded line", good, "Host: x\r\n folded\r\n", faults::malformed_request},
    {"no name", good, "Host: x\r\n: b\r\n", faults::malformed_request},
    {"no colon", good, "Host: x\r\nA\r\n", faults::malformed_request},
    {"control character", good, "Host: x\r\nA: \x01\r\n", faults::malformed_request},
    {"letter beyond ASCII in a name", good, "Host: x\r\n\xc3\xa4: b\r\n",
     faults::malformed_request},
    // Where the body ends
    {"both lengths", good, "Host: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n",
     faults::ambiguous_length},
    {"two equal lengths", good, "Host: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n",
     faults::ambiguous_length},
    {"two different lengths", good, "Host: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n",
     faults::ambiguous_length},
    {"list of lengths", good, "Host: x\r\nContent-Length: 3, 3\r\n", faults::ambiguous_length},
    {"negative", good, "Host: x\r\nContent-Length: -1\r\n", faults::ambiguous_length},
    {"plus sign", good, "Host: x\r\nContent-Length: +1\r\n", faults::ambiguous_length},
    {"hexadecimal", good, "Host: x\r\nContent-Length: 0x1\r\n", faults::ambiguous_length},
    {"empty", good, "Host: x\r\nContent-Length:\r\n", faults::ambiguous_length},
    {"beyond 64 bits", good, "Host: x\r\nContent-Length: 18446744073709551617\r\n",
     faults::ambiguous_length},
    {"another encoding", good, "Host: x\r\nTransfer-Encoding: gzip\r\n", faults::ambiguous_length},
    {"two encodings", good, "Host: x\r\nTransfer-Encoding: gzip, chunked\r\n",
     faults::ambiguous_length},
    {"disguised encoding", good, "Host: x\r\nTransfer-Encoding: xchunked\r\n",
     faults::ambiguous_length},
    {"two encoding headers", good,
     "Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
     faults::ambiguous_length},
    {"chunks in version 1.0", "GET / HTTP/1.0", "Host: x\r\nTransfer-Encoding: chunked\r\n",
     faults::ambiguous_length},
    // Expectations
    {"unknown expectation", good, "Host: x\r\nExpect: 200-ok\r\n", faults::expectation_failed},
};

TEST(ParseHead, refuses) {
  for (const auto& row : refused) {
    const auto head = parse(row.line, row.headers);
    ASSERT_FALSE(head) << row.what;
    EXPECT_EQ(head.error(), row.fault) << row.what << ": " << head.error().code;
  }
}

TEST(ParseHead, refuses_too_many_headers) {
  std::string headers = "Host: x\r\n";
  for (int i = 0; i < 100; ++i) headers += "A: b\r\n";
  EXPECT_EQ(parse(good, headers).error().status, 400);
}

}  // namespace
}  // namespace platform::http
