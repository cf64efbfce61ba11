#pragma once

#include <cstddef>
#include <list>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "platform/bus/bell.hpp"

namespace platform::bus {

/// At most so many coroutines of one thread do something at once; the others wait in line.
class Permits {
 public:
  Permits(boost::asio::any_io_executor executor, std::size_t count);

  /// Held as long as it lives.
  class Permit {
   public:
    explicit Permit(Permits& of) : of_(&of) {}
    Permit(Permit&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
    Permit& operator=(Permit&&) = delete;
    ~Permit() {
      if (of_ != nullptr) of_->give_back();
    }

   private:
    Permits* of_;
  };

  awaitable<Permit> take();

 private:
  struct Place;

  void give_back();
  void call_next();

  boost::asio::any_io_executor executor_;
  std::size_t free_;
  std::list<Bell> line_;
};

}  // namespace platform::bus
