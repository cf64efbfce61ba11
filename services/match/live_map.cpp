#include "services/match/live_map.hpp"

#include <exception>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "contracts/operations/location.hpp"
#include "services/binding/remote.hpp"

namespace services::match {
namespace {

namespace operations = contracts::operations;

class RemoteLiveMap final : public LiveMap {
 public:
  RemoteLiveMap(platform::bus::Connection& bus, std::chrono::milliseconds timeout)
      : bus_(bus), timeout_(timeout) {}

  awaitable<contracts::FoundDrivers> find_drivers(contracts::FindDrivers question,
                                                  std::string trace) override {
    return binding::ask(bus_, operations::find_drivers, question, std::move(trace), timeout_);
  }

  awaitable<contracts::LastPositions> where_is(contracts::WhereIs question) override {
    return binding::ask(bus_, operations::where_is, std::move(question), {}, timeout_);
  }

 private:
  platform::bus::Connection& bus_;
  std::chrono::milliseconds timeout_;
};

/// Questions that several coroutines of one thread work through together.
struct Inquiry {
  LiveMap& map;
  const std::vector<contracts::FindDrivers>& questions;
  std::vector<contracts::FoundDrivers> answers;
  std::size_t next = 0;
  std::exception_ptr failure;

  awaitable<void> work() {
    while (!failure && next < questions.size()) {
      const auto mine = next++;
      try {
        answers[mine] = co_await map.find_drivers(questions[mine], {});
      } catch (...) {
        // Let out of here it would cancel the others, and come as one multiple_exceptions of all.
        failure = std::current_exception();
      }
    }
  }
};

}  // namespace

std::unique_ptr<LiveMap> make_live_map(platform::bus::Connection& bus,
                                       std::chrono::milliseconds timeout) {
  return std::make_unique<RemoteLiveMap>(bus, timeout);
}

awaitable<std::vector<contracts::FoundDrivers>> find_all(
    LiveMap& map, const std::vector<contracts::FindDrivers>& questions) {
  using namespace boost::asio::experimental::awaitable_operators;
  Inquiry inquiry{.map = map,
                  .questions = questions,
                  .answers = std::vector<contracts::FoundDrivers>(questions.size())};
  co_await (inquiry.work() && inquiry.work() && inquiry.work() && inquiry.work() &&
            inquiry.work() && inquiry.work() && inquiry.work() && inquiry.work());
  if (inquiry.failure) std::rethrow_exception(inquiry.failure);
  co_return std::move(inquiry.answers);
}

}  // namespace services::match
