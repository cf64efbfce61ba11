#include "platform/http/request_head.hpp"

#include <algorithm>
#include <utility>

#include "platform/http/fields.hpp"

namespace platform::http {
namespace {

using Checked = std::expected<void, Fault>;
using Failed = std::unexpected<Fault>;

struct RequestLine {
  std::string_view method, target, version;
};

std::optional<RequestLine> split_request_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == line.npos || first == last) return {};
  return RequestLine{line.substr(0, first), line.substr(first + 1, last - first - 1),
                     line.substr(last + 1)};
}

Checked read_request_line(std::string_view line, RequestHead& head) {
  const auto parts = split_request_line(line);
  if (!parts || !is_token(parts->method)) return Failed(faults::malformed_request);
  if (parts->target.contains(' ')) return Failed(faults::malformed_request);
  if (parts->version != "HTTP/1.1" && parts->version != "HTTP/1.0")
    return Failed(faults::malformed_request);
  const auto method = parse_method(parts->method);
  if (!method) return Failed(faults::unknown_method);
  auto target = parse_target(parts->target);
  if (!target) return Failed(target.error());
  if (target->path == "*" && method != Method::options) return Failed(faults::malformed_target);

  head.method = *method;
  head.target = std::move(*target);
  head.minor_version = parts->version.back() - '0';
  return {};
}

/// Requests say where they belong exactly once; an absolute target overrides the header.
Checked check_host(RequestHead& head) {
  const auto hosts = head.headers.count("Host");
  if (hosts > 1 || (hosts == 0 && head.minor_version == 1))
    return Failed(faults::malformed_request);
  if (!head.target.authority.empty()) head.headers.set("Host", head.target.authority);
  const auto host = head.headers.find("Host").value_or("");
  if (host.find_first_of(" \t,/@") != host.npos) return Failed(faults::malformed_request);
  return {};
}

Checked read_body_length(RequestHead& head) {
  const auto encodings = head.headers.count("Transfer-Encoding");
  const auto lengths = head.headers.count("Content-Length");
  if (encodings + lengths > 1) return Failed(faults::ambiguous_length);
  if (encodings == 1) {
    const auto encoding = *head.headers.find("Transfer-Encoding");
    head.chunked = head.minor_version == 1 && equal_without_case(encoding, "chunked");
    if (!head.chunked) return Failed(faults::ambiguous_length);
  }
  if (lengths == 1) {
    const auto length = parse_length(*head.headers.find("Content-Length"));
    if (!length) return Failed(faults::ambiguous_length);
    head.content_length = *length;
  }
  return {};
}

Checked read_expectation(RequestHead& head) {
  const auto expectation = head.headers.find("Expect");
  if (!expectation) return {};
  if (!equal_without_case(*expectation, "100-continue")) return Failed(faults::expectation_failed);
  head.expects_continue = head.minor_version == 1;
  return {};
}

Checked read_connection(RequestHead& head) {
  const bool close = head.headers.has_token("Connection", "close");
  const bool keep = head.headers.has_token("Connection", "keep-alive");
  head.keep_alive = !close && (head.minor_version == 1 || keep);
  head.wants_websocket = head.headers.has_token("Connection", "upgrade") &&
                         head.headers.has_token("Upgrade", "websocket");
  return {};
}

}  // namespace

std::expected<std::optional<std::size_t>, Fault> find_head(std::string_view received,
                                                           const HeadLimits& limits) {
  const auto line_end = std::min(received.find("\r\n"), received.size());
  const auto head_end = std::min(received.find("\r\n\r\n"), received.size());
  if (!has_only_crlf(received.substr(0, head_end))) return Failed(faults::malformed_request);
  if (line_end > limits.request_line_max_bytes) return Failed(faults::target_too_long);
  if (head_end - line_end > limits.headers_max_bytes) return Failed(faults::headers_too_large);
  if (head_end == received.size()) return std::nullopt;
  return head_end + 4;
}

std::expected<RequestHead, Fault> parse_head(std::string_view text) {
  const auto line_end = text.find("\r\n");
  auto headers = parse_fields(text.substr(line_end + 2, text.size() - line_end - 4));
  if (!headers) return Failed(faults::malformed_request);

  RequestHead head;
  head.headers = std::move(*headers);
  const auto line = text.substr(0, line_end);
  if (auto read = read_request_line(line, head); !read) return Failed(read.error());
  for (auto* step : {&check_host, &read_body_length, &read_expectation, &read_connection}) {
    if (auto read = step(head); !read) return Failed(read.error());
  }
  return head;
}

}  // namespace platform::http
