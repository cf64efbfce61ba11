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
  std::array<char, read_bytes> arrived;
  try {
    const auto size = co_await stream.read_some(arrived);
    bytes_.append(arrived.data(), size);
    co_return true;
  } catch (const boost::system::system_error& error) {
    if (error.code() != boost::asio::error::timed_out) throw;
    co_return false;
  }
}

}  // namespace platform::http
