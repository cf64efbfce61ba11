#include "tests/system/deaf_client.hpp"

#include <stdexcept>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "platform/runtime/deadline.hpp"

namespace tests::system {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using platform::awaitable;
using platform::runtime::sleep_for;

constexpr int receive_buffer_bytes = 4'096;
constexpr auto between_questions = std::chrono::milliseconds{23};  // Fifty a second are a flood.
constexpr int fields = 32;  // More problems than these are not named.
constexpr std::size_t field_name_length = 460;
constexpr std::size_t heap_bytes = 65'536;

/// Masked with zeros, so the payload is as it was: RFC 6455, section 5.2.
std::string text_frame(const std::string& payload) {
  constexpr char final_text = '\x81';
  constexpr char masked_with_16_bit_length = '\xFE';
  std::string frame{final_text, masked_with_16_bit_length, static_cast<char>(payload.size() >> 8),
                    static_cast<char>(payload.size() & 0xFF)};
  return frame + std::string(4, '\0') + payload;
}

/// Has fields that nobody knows, which the answer names one by one.
std::string question() {
  std::string data;
  for (int i = 0; i < fields; ++i) {
    const auto name = std::to_string(i) + std::string(field_name_length, 'x');
    data += (i == 0 ? "\"" : ",\"") + name + "\":0";
  }
  return text_frame(R"({"type":"position.report","id":"1","data":{)" + data + "}}");
}

}  // namespace

awaitable<void> DeafClient::connect(const std::string& edge, const std::string& token) {
  const auto port = static_cast<std::uint16_t>(std::stoi(edge.substr(edge.rfind(':') + 1)));
  socket_.open(tcp::v4());
  socket_.set_option(tcp::socket::receive_buffer_size{receive_buffer_bytes});
  co_await socket_.async_connect({asio::ip::make_address("127.0.0.1"), port}, asio::use_awaitable);
  const auto upgrade =
      "GET /v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Authorization: Bearer " +
      token + "\r\n\r\n";
  co_await asio::async_write(socket_, asio::buffer(upgrade), asio::use_awaitable);
  std::string head;
  co_await asio::async_read_until(socket_, asio::dynamic_buffer(head), "\r\n\r\n",
                                  asio::use_awaitable);
  if (!head.starts_with("HTTP/1.1 101")) throw std::runtime_error{"refused: " + head};
}

awaitable<void> DeafClient::ask(int count) {
  const auto each = question();
  for (int i = 0; i < count; ++i) {
    const auto [failed, written] = co_await asio::async_write(socket_, asio::buffer(each),
                                                              asio::as_tuple(asio::use_awaitable));
    if (failed) co_return;  // Dropped already.
    co_await sleep_for(between_questions);
  }
}

/// Only now does it look at what has come: to find the end of it.
awaitable<bool> DeafClient::is_dropped_within(std::chrono::milliseconds limit) {
  const auto end = [this]() -> awaitable<void> {
    std::vector<char> heap(heap_bytes);
    for (;;) {
      const auto [ended, size] =
          co_await socket_.async_read_some(asio::buffer(heap), asio::as_tuple(asio::use_awaitable));
      if (ended) co_return;
    }
  };
  try {
    co_await platform::runtime::with_deadline(end(), limit);
  } catch (const platform::runtime::DeadlineExceeded&) {
    co_return false;
  }
  co_return true;
}

}  // namespace tests::system
