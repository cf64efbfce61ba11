#include "platform/http/response_reader.hpp"

#include <string>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "platform/http/chunked_body.hpp"
#include "platform/http/client.hpp"
#include "platform/http/fields.hpp"
#include "platform/http/response_head.hpp"

namespace platform::http {
namespace {

constexpr std::size_t head_max_bytes = 32'768;
constexpr std::size_t status_line_min_bytes = 12;  // HTTP/1.1 200

using Ends = ResponseHead::Ends;

bool read_status_line(std::string_view line, ResponseHead& head) {
  if (line.size() < status_line_min_bytes || !line.starts_with("HTTP/1.")) return false;
  const auto status = parse_length(line.substr(9, line.find(' ', 9) - 9));
  if (line[8] != ' ' || !status || *status < 100 || *status > 599) return false;
  head.response.status = static_cast<int>(*status);
  head.keep_alive = line[7] == '1';
  return true;
}

bool read_framing(Method method, ResponseHead& head) {
  const auto& headers = head.response.headers;
  if (headers.has_token("Connection", "close")) head.keep_alive = false;
  if (method == Method::head || !may_have_body(head.response.status)) return true;
  if (headers.count("Transfer-Encoding") > 0) {
    head.body_ends = Ends::by_chunks;
    return headers.count("Content-Length") == 0 && headers.list("Transfer-Encoding").size() == 1 &&
           headers.has_token("Transfer-Encoding", "chunked");
  }
  if (headers.count("Content-Length") == 0) {
    head.body_ends = Ends::with_connection;
    head.keep_alive = false;
    return true;
  }
  const auto length = parse_length(*headers.find("Content-Length"));
  head.content_length = length.value_or(0);
  return length && headers.count("Content-Length") == 1;
}

awaitable<ResponseHead> read_head(transport::Stream& stream, Input& input, Method method) {
  while (true) {
    const auto end = input.view().find("\r\n\r\n");
    if (end != std::string_view::npos) {
      auto head = parse_response_head(input.view().substr(0, end + 4), method);
      if (!head) throw NoAnswer("the answer is not HTTP/1.1");
      input.consume(end + 4);
      co_return std::move(*head);
    }
    if (input.view().size() > head_max_bytes) throw NoAnswer("the answer's head is too large");
    co_await input.fill(stream);
  }
}

void check_size(std::uint64_t size, std::size_t body_max_bytes) {
  if (size > body_max_bytes) throw NoAnswer("the answer's body is too large");
}

awaitable<std::string> read_sized(transport::Stream& stream, Input& input, std::size_t length) {
  while (input.view().size() < length) co_await input.fill(stream);
  std::string body{input.view().substr(0, length)};
  input.consume(length);
  co_return body;
}

awaitable<std::string> read_chunked(transport::Stream& stream, Input& input, std::size_t max) {
  ChunkedBody body{max};
  while (true) {
    const auto taken = body.take(input.view());
    if (!taken) throw NoAnswer("the answer's body: " + std::string{taken.error().detail});
    input.consume(*taken);
    if (body.complete()) co_return std::move(body.body());
    co_await input.fill(stream);
  }
}

awaitable<std::string> read_to_end(transport::Stream& stream, Input& input, std::size_t max) {
  try {
    while (true) {
      check_size(input.view().size(), max);
      co_await input.fill(stream);
    }
  } catch (const boost::system::system_error& error) {
    if (error.code() != boost::asio::error::eof) throw;
  }
  co_return std::string{input.view()};
}

}  // namespace

std::optional<ResponseHead> parse_response_head(std::string_view text, Method method) {
  const auto line_end = text.find("\r\n");
  if (line_end == text.npos || !text.ends_with("\r\n\r\n") || !has_only_crlf(text)) return {};
  ResponseHead head;
  if (!read_status_line(text.substr(0, line_end), head)) return {};
  auto headers = parse_fields(text.substr(line_end + 2, text.size() - line_end - 4));
  if (!headers) return {};
  head.response.headers = std::move(*headers);
  if (!read_framing(method, head)) return {};
  return head;
}

awaitable<Answer> read_answer(transport::Stream& stream, Input& input, Method method,
                              std::size_t body_max_bytes) {
  auto head = co_await read_head(stream, input, method);
  while (head.response.status < 200) head = co_await read_head(stream, input, method);
  check_size(head.content_length, body_max_bytes);
  auto& body = head.response.body;
  switch (head.body_ends) {
    case Ends::by_length: body = co_await read_sized(stream, input, head.content_length); break;
    case Ends::by_chunks: body = co_await read_chunked(stream, input, body_max_bytes); break;
    case Ends::with_connection: body = co_await read_to_end(stream, input, body_max_bytes); break;
  }
  co_return Answer{std::move(head.response), head.keep_alive && input.empty()};
}

}  // namespace platform::http
