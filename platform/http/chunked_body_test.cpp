#include "platform/http/chunked_body.hpp"

#include <optional>
#include <string>

#include <gmock/gmock.h>

namespace platform::http {
namespace {

constexpr std::size_t body_max_bytes = 20;

/// What becomes of `bytes` when they arrive in pieces of `piece`: the body and what is left over.
std::expected<std::optional<std::string>, Fault> decode(std::string_view bytes, std::size_t piece) {
  ChunkedBody body{body_max_bytes};
  std::string held;
  while (!body.complete() && !bytes.empty()) {
    held += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    const auto taken = body.take(held);
    if (!taken) return std::unexpected(taken.error());
    held.erase(0, *taken);
  }
  if (!body.complete()) return std::nullopt;
  return body.body() + "|" + held + std::string{bytes};
}

struct Row {
  std::string bytes;
  std::string decoded;
};

TEST(ChunkedBody, decodes_however_the_bytes_arrive) {
  const Row table[] = {
      {"0\r\n\r\n", "|"},
      {"5\r\nhello\r\n0\r\n\r\n", "hello|"},
      {"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET /", "hello world|GET /"},
      {"A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789|"},
      {"005;name=\"v\"\r\nhello\r\n0;last\r\nX-Sum: 1\r\nY: 2\r\n\r\n", "hello|"},
      {"2\r\n\r\n\r\n0\r\n\r\n", "\r\n|"},
  };
  for (const auto& row : table) {
    for (std::size_t piece = 1; piece <= row.bytes.size(); ++piece)
      EXPECT_EQ(decode(row.bytes, piece), row.decoded) << row.bytes << " by " << piece;
  }
}

TEST(ChunkedBody, waits_for_the_end) {
  const std::string whole = "5\r\nhello\r\n0\r\nX: y\r\n\r\n";
  for (std::size_t size = 1; size < whole.size(); ++size)
    EXPECT_EQ(decode(std::string_view{whole}.substr(0, size), size), std::nullopt) << size;
}

TEST(ChunkedBody, refuses) {
  const std::pair<std::string, Fault> table[] = {
      {"\r\n", faults::malformed_body},
      {"g\r\n", faults::malformed_body},
      {"-1\r\n", faults::malformed_body},
      {"+1\r\n", faults::malformed_body},
      {"0x1\r\n", faults::malformed_body},
      {" 1\r\n", faults::malformed_body},
      {"1 \r\n", faults::malformed_body},
      {"1\nx\r\n", faults::malformed_body},
      {"1;a\nx\r\n", faults::malformed_body},
      {"1;\x01\r\n", faults::malformed_body},
      {"1\r\nxy", faults::malformed_body},
      {"1\r\nx\n", faults::malformed_body},
      {"000000001\r\n", faults::malformed_body},
      {"ffffffffffffffff1\r\n", faults::malformed_body},
      {"1;" + std::string(300, 'a'), faults::malformed_body},
      {"0\r\nno colon\r\n", faults::malformed_body},
      {"0\r\nA: b\n\r\n", faults::malformed_body},
      {"0\r\nA: " + std::string(3'000, 'a'), faults::malformed_body},
      {"15\r\n", faults::body_too_large},
      {"ffffffff\r\n", faults::body_too_large},
      {"14\r\n01234567890123456789\r\n1\r\n", faults::body_too_large},
  };
  for (const auto& [bytes, fault] : table) {
    EXPECT_EQ(decode(bytes, bytes.size()), std::unexpected(fault)) << bytes;
    EXPECT_EQ(decode(bytes, 1), std::unexpected(fault)) << bytes;
  }
}

}  // namespace
}  // namespace platform::http
