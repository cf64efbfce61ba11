#pragma once

/// One user's phone. It knows the system by its public API alone: HTTP for decisions, a WebSocket
/// for positions and for the frames that keep its document current.

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

#include "contracts/frames.hpp"
#include "contracts/operations.hpp"
#include "contracts/snapshot.hpp"
#include "platform/ws/socket.hpp"
#include "sim/api_client.hpp"

namespace sim {

/// Thrown when what a phone waited for did not come about in time.
struct NeverHappened : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Phone {
 public:
  Phone(platform::runtime::Runtime& runtime, platform::http::Client& http, std::string base_url);
  /// The socket must be closed, or the runtime's tasks joined, before a phone goes away.
  ~Phone();
  Phone(const Phone&) = delete;
  Phone& operator=(const Phone&) = delete;

  /// Asks for a code, reads it in the development inbox, and trades it for tokens.
  awaitable<void> log_in(std::string msisdn);

  /// Trades the refresh token for its successor.
  awaitable<Reply<contracts::Tokens>> refresh();

  ApiClient& api() { return api_; }
  const contracts::Tokens& tokens() const { return tokens_; }
  domain::UserId user() const { return tokens_.user_id; }

  template <class Request, class Answer>
  awaitable<Reply<Answer>> call(const contracts::Operation<Request, Answer>& operation,
                                Request request = {}) {
    return api_.call(operation, std::move(request));
  }

  /// Opens the WebSocket and follows it in the background until it closes. Returns when the
  /// snapshot has come.
  awaitable<void> connect();
  void disconnect();
  bool connected() const { return socket_ != nullptr; }
  /// Of the last socket, once it has closed.
  std::uint16_t close_code() const { return close_code_; }

  /// Sends a frame and waits for its ack's data or its error.
  awaitable<Reply<boost::json::value>> send(std::string type, boost::json::value data);

  /// Reports being at `point` now, under the next sequence, which it returns.
  std::int64_t report(domain::geo::Point point, double accuracy_m = 5);
  std::int64_t sequence() const { return sequence_; }

  const contracts::Document& document() const { return document_; }
  std::int64_t n() const { return n_; }
  /// How often the document had to be fetched because a frame was missing.
  int gaps() const { return gaps_; }

  /// The newest momentary frame of a type, if any came.
  template <class Data>
  std::optional<Data> latest(std::string_view type) const {
    const auto found = momentary_.find(type);
    if (found == momentary_.end()) return {};
    auto data = base::json::decode<Data>(found->second, base::json::Unknown::ignore);
    if (!data) throw std::runtime_error{"a frame breaks the contract"};
    return *std::move(data);
  }

  /// Waits until `holds`, looked at after every frame. Throws NeverHappened, naming `what`.
  awaitable<void> until(std::string what, std::function<bool(const Phone&)> holds,
                        std::chrono::milliseconds limit = std::chrono::seconds{10});

 private:
  struct Answer {
    bool ok = false;
    boost::json::value data;
  };

  awaitable<void> follow(std::shared_ptr<platform::ws::Socket> socket);
  awaitable<void> take(const contracts::FrameOut& frame);
  void take_document(std::int64_t n, const boost::json::value& document);
  awaitable<void> fetch_document();
  awaitable<std::string> read_code(std::string msisdn);
  void wake();

  platform::runtime::Runtime& runtime_;
  ApiClient api_;
  contracts::Tokens tokens_;
  std::shared_ptr<platform::ws::Socket> socket_;
  std::uint16_t close_code_ = 0;
  std::int64_t n_ = -1;
  contracts::Document document_;
  int gaps_ = 0;
  std::int64_t sequence_ = 0;
  std::int64_t next_frame_id_ = 1;
  std::map<std::string, Answer> answers_;
  std::map<std::string, boost::json::value, std::less<>> momentary_;
  std::set<boost::asio::steady_timer*> waiting_;  ///< Of each `until`: cancelled at a change.
};

}  // namespace sim
