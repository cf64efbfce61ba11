#include "platform/http/input.hpp"

#include <span>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "base/assert.hpp"

namespace platform::http {
namespace {

constexpr std::size_t read_bytes = 4'096;

}  // namespace

void Input::consume(std::size_t count) {
  NEBENGJEK_ASSERT(count <= view().size());
  consumed_ += count;
}

awaitable<bool> Input::fill(transport::Stream& stream) {
  bytes_.erase(0, std::exchange(consumed_, 0));
  const auto held = bytes_.size();
  bytes_.resize(held + read_bytes);
  std::size_t size = 0;
  bool in_time = true;
  try {
    size = co_await stream.read_some(std::span{bytes_}.subspan(held));
  } catch (const boost::system::system_error& error) {
    if (error.code() != boost::asio::error::timed_out) throw;
    in_time = false;
  }
  bytes_.resize(held + size);
  co_return in_time;
}

}  // namespace platform::http
