#include "platform/bus/failure.hpp"

#include <utility>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "platform/bus/connection.hpp"
#include "platform/postgres/errors.hpp"
#include "platform/runtime/deadline.hpp"

namespace platform::bus {

namespace {

std::string reason_of(const std::exception& error) {
  const std::string reason = error.what();
  return reason.empty() ? "no reason given" : reason;
}

}  // namespace

Failure describe(const std::exception_ptr& thrown) {
  using enum Failure::Cause;
  try {
    std::rethrow_exception(thrown);
  } catch (const postgres::Unavailable& error) {
    return {database, reason_of(error)};
  } catch (const postgres::Contended& error) {
    return {database, reason_of(error)};
  } catch (const Unavailable& error) {
    return {connection, reason_of(error)};
  } catch (const runtime::DeadlineExceeded& error) {
    return {cut_off, reason_of(error)};
  } catch (const boost::system::system_error& error) {
    return {error.code() == boost::asio::error::operation_aborted ? cut_off : other,
            reason_of(error)};
  } catch (const std::exception& error) {
    return {other, reason_of(error)};
  } catch (...) {
    return {other, "an exception of an unknown kind"};
  }
}

awaitable<std::exception_ptr> thrown_by(awaitable<void> work) {
  std::exception_ptr thrown;
  try {
    co_await std::move(work);
  } catch (...) {
    thrown = std::current_exception();
  }
  const auto cancellation = co_await boost::asio::this_coro::cancellation_state;
  if (thrown && cancellation.cancelled() != boost::asio::cancellation_type::none) {
    std::rethrow_exception(thrown);
  }
  co_return thrown;
}

}  // namespace platform::bus
