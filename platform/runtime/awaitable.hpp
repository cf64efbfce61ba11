#pragma once

#include <boost/asio/awaitable.hpp>

namespace platform {

/// What every operation that may wait returns. It runs on the thread that awaits it.
template <class T = void>
using awaitable = boost::asio::awaitable<T>;

}  // namespace platform
