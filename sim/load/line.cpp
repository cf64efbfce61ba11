#include "sim/load/line.hpp"

#include <charconv>

#include <boost/algorithm/string/predicate.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <sys/socket.h>

namespace sim::load {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::string_view end_of_head = "\r\n\r\n";
constexpr std::size_t status_at = std::string_view{"HTTP/1.1 "}.size();
constexpr std::size_t status_digits = 3;
constexpr auto idle_for_long = std::chrono::seconds{1};

/// The value of a header in a head whose names are written as this backend and HAProxy do.
std::string_view value_of(std::string_view head, std::string_view name) {
  for (std::size_t line = head.find("\r\n"); line != std::string_view::npos;
       line = head.find("\r\n", line)) {
    line += 2;
    auto rest = head.substr(line);
    if (!boost::algorithm::istarts_with(rest, name)) continue;
    rest.remove_prefix(name.size());
    if (rest.starts_with(": ")) return rest.substr(2, rest.find("\r\n") - 2);
  }
  return {};
}

template <class Number>
Number number_in(std::string_view text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Line::Line(const asio::any_io_executor& executor, int port)
    : server_(asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)),
      socket_(executor),
      deadline_(executor) {}

awaitable<Answer> Line::exchange(std::string_view request, std::chrono::milliseconds limit) {
  deadline_.expires_after(limit);
  deadline_.async_wait([this](const boost::system::error_code& stopped) {
    if (!stopped) socket_.close();
  });
  Answer answer;
  try {
    if (was_closed_while_idle()) socket_.close();
    if (!socket_.is_open()) co_await connect();
    co_await asio::async_write(socket_, asio::buffer(request), asio::use_awaitable);
    answer = co_await read_answer();
  } catch (const boost::system::system_error&) {
    socket_.close();
  }
  deadline_.cancel();
  used_at_ = std::chrono::steady_clock::now();
  co_return answer;
}

/// What arrives unasked is the end. Looked for only where it may be: it is a call to the kernel.
bool Line::was_closed_while_idle() {
  const auto idle = std::chrono::steady_clock::now() - used_at_;
  if (!socket_.is_open() || idle < idle_for_long) return false;
  char byte = 0;
  return recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
}

awaitable<void> Line::connect() {
  co_await socket_.async_connect(server_, asio::use_awaitable);
  socket_.set_option(tcp::no_delay{true});
}

awaitable<Answer> Line::read_answer() {
  received_.clear();
  const auto head_size = co_await asio::async_read_until(socket_, asio::dynamic_buffer(received_),
                                                         end_of_head, asio::use_awaitable);
  const std::string head = received_.substr(0, head_size);
  const auto body_size = number_in<std::size_t>(value_of(head, "Content-Length"));
  if (const auto size = head_size + body_size; received_.size() < size) {
    co_await asio::async_read(socket_, asio::dynamic_buffer(received_),
                              asio::transfer_exactly(size - received_.size()), asio::use_awaitable);
  }
  if (boost::algorithm::iequals(value_of(head, "Connection"), "close")) socket_.close();
  co_return Answer{
      .status = number_in<int>(std::string_view{head}.substr(status_at, status_digits)),
      .names_a_time = !value_of(head, "Retry-After").empty(),
      .body = std::string_view{received_}.substr(head_size)};
}

}  // namespace sim::load
