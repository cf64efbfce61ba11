#include "services/users/accounts/other_services.hpp"

#include <chrono>
#include <type_traits>
#include <utility>

#include "base/assert.hpp"
#include "contracts/operations/account.hpp"
#include "services/binding/remote.hpp"

namespace services::users::accounts {
namespace {

namespace operations = contracts::operations;

constexpr auto limit = std::chrono::milliseconds{1'500};

using AskForRecords = contracts::Operation<contracts::AskRecords, contracts::AccountRecordsPage>;

const AskForRecords& records_of(contracts::RecordKind kind) {
  switch (contracts::holder_of(kind)) {
    case contracts::Owner::match: return operations::match_account_records;
    case contracts::Owner::rides: return operations::rides_account_records;
    case contracts::Owner::location: return operations::location_account_records;
    case contracts::Owner::users: break;
  }
  NEBENGJEK_UNREACHABLE("users does not ask itself");
}

std::optional<contracts::RecordsCursor> beginning_of(std::optional<contracts::RecordKind> kind) {
  if (!kind) return {};
  return contracts::RecordsCursor{.kind = *kind};
}

class RemoteServices final : public OtherServices {
 public:
  explicit RemoteServices(platform::bus::Connection& bus) : bus_(bus) {}

  awaitable<contracts::AccountUse> use(contracts::AskAccountUse question,
                                       std::string trace) override {
    auto in_match = co_await ask(operations::match_account_use, question, trace);
    if (in_match.refusal) co_return in_match;
    co_return co_await ask(operations::rides_account_use, question, trace);
  }

  awaitable<RecordsElsewhere> records(domain::UserId user, contracts::RecordsCursor from,
                                      std::string trace) override {
    RecordsElsewhere told;
    std::optional<contracts::RecordsCursor> at = std::move(from);
    while (at) {
      const auto room = contracts::account_page_size - contracts::count_of(told.records);
      if (room == 0) break;
      auto page = co_await ask(
          records_of(at->kind),
          {.user_id = user, .kind = at->kind, .after = at->after, .limit = room}, trace);
      contracts::append(told.records, std::move(page.records));
      at = page.next ? contracts::RecordsCursor{at->kind, std::move(page.next)}
                     : beginning_of(contracts::kind_after(at->kind));
    }
    told.next = std::move(at);
    co_return told;
  }

 private:
  template <class Question, class Answer>
  awaitable<Answer> ask(const contracts::Operation<Question, Answer>& operation,
                        std::type_identity_t<Question> question, std::string trace) {
    return binding::ask(bus_, operation, std::move(question), std::move(trace), limit);
  }

  platform::bus::Connection& bus_;
};

}  // namespace

std::unique_ptr<OtherServices> make_other_services(platform::bus::Connection& bus) {
  return std::make_unique<RemoteServices>(bus);
}

}  // namespace services::users::accounts
