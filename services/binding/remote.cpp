#include "services/binding/remote.hpp"

#include "services/binding/wire.hpp"

namespace services::binding {

awaitable<Answer> forward(platform::bus::Connection& connection, const contracts::OperationRow& row,
                          Call call, std::chrono::milliseconds limit) {
  try {
    auto headers = headers_of(call);
    co_return answer_of(co_await connection.request(std::string{row.subject}, std::move(call.body),
                                                    std::move(headers), limit));
  } catch (const platform::bus::Unavailable& error) {
    throw RemoteUnavailable{std::string{row.subject} + ": " + error.what()};
  }
}

}  // namespace services::binding
