#include "services/users/accounts/other_services.hpp"

#include <chrono>
#include <utility>

#include "contracts/operations/account.hpp"
#include "services/binding/remote.hpp"

namespace services::users::accounts {
namespace {

namespace operations = contracts::operations;

constexpr auto limit = std::chrono::milliseconds{1'500};

class RemoteServices final : public OtherServices {
 public:
  explicit RemoteServices(platform::bus::Connection& bus) : bus_(bus) {}

  awaitable<bool> in_use(domain::UserId user, std::string trace) override {
    const auto in_match = co_await ask(operations::match_account_use, user, trace);
    if (in_match.in_use) co_return true;
    const auto in_rides = co_await ask(operations::rides_account_use, user, trace);
    co_return in_rides.in_use;
  }

  awaitable<RecordsElsewhere> records(domain::UserId user, std::string trace) override {
    RecordsElsewhere records;
    records.match = co_await ask(operations::match_account_records, user, trace);
    records.rides = co_await ask(operations::rides_account_records, user, trace);
    records.location = co_await ask(operations::location_account_records, user, trace);
    co_return records;
  }

 private:
  template <class Answer>
  awaitable<Answer> ask(const contracts::Operation<contracts::UserRef, Answer>& operation,
                        domain::UserId user, std::string trace) {
    return binding::ask(bus_, operation, contracts::UserRef{.user_id = user}, std::move(trace),
                        limit);
  }

  platform::bus::Connection& bus_;
};

}  // namespace

std::unique_ptr<OtherServices> make_other_services(platform::bus::Connection& bus) {
  return std::make_unique<RemoteServices>(bus);
}

}  // namespace services::users::accounts
