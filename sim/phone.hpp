#pragma once

/// One user's phone. It knows the system by its public API alone: HTTP for decisions, a WebSocket
/// for positions and for the frames that keep its document current.

#include <chrono>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

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
  Phone(const Phone&) = delete;
  Phone& operator=(const Phone&) = delete;

  /// Ends what the phone does in the background. Called before destruction, once it has connected.
  /// Throws when what came over the socket broke the contract.
  awaitable<void> switch_off();

  /// Asks for a code, reads it in the inbox, and trades it for tokens. Throws std::runtime_error
  /// when either is refused.
  awaitable<void> log_in(std::string msisdn);

  /// The code that was last sent to `msisdn`.
  awaitable<std::string> read_code(std::string msisdn);

  /// Finds the last text to a number, if there is any.
  using Inbox = std::function<awaitable<std::optional<std::string>>(std::string msisdn)>;
  /// Codes are read there from now on. At first that is the development inbox.
  void use_inbox(Inbox inbox) { inbox_ = std::move(inbox); }

  /// Trades the refresh token for its successor.
  awaitable<Reply<contracts::Tokens>> refresh();

  /// Another phone's tokens: the same session on a second device.
  void use(contracts::Tokens tokens);

  ApiClient& api() { return api_; }
  const contracts::Tokens& tokens() const { return tokens_; }
  domain::UserId user() const { return tokens_.user_id; }

  template <class Request, class Answer>
  awaitable<Reply<Answer>> call(const contracts::Operation<Request, Answer>& operation,
                                Request request = {}) {
    return api_.call(operation, std::move(request));
  }

  /// Opens the WebSocket and follows it in the background until it closes. Returns when the
  /// snapshot has come, and fixes that nobody has confirmed have been sent again. Throws
  /// http::NoAnswer when refused, or closed before.
  awaitable<void> connect();
  void disconnect();
  bool connected() const { return socket_ != nullptr; }
  /// Of the last socket, once it has closed.
  std::uint16_t close_code() const { return close_code_; }

  /// Is told of every frame that comes, as it came, with the type of the frame that it answers.
  using Listener = std::function<void(const std::string& text, const std::string& answers)>;
  void overhear(Listener listener) { listener_ = std::move(listener); }

  /// Sends a frame and waits for its ack's data or its error.
  awaitable<Reply<boost::json::value>> send(std::string type, boost::json::value data);

  /// Is at `point` from now on, and says so at once and again every `report_interval`, as long as
  /// it is connected.
  void stay_at(domain::geo::Point point);

  /// Goes straight from where it is to `point`, at about this speed: reports the way as one fix a
  /// second, all of them now, for which the phone's clock is put forward by the time it takes.
  void go_to(domain::geo::Point point, double speed_kmh);

  /// The same in true time: from now on it is under way, and says where every report interval.
  void set_out(domain::geo::Point point, double speed_kmh);
  /// How long the way takes that is left.
  base::Duration until_there() const;
  /// Where it is; none before the first of the above.
  std::optional<domain::geo::Point> place() const;

  /// Reports where it is, and waits for the answer: an error asks to keep the fix.
  awaitable<Reply<boost::json::value>> report_here();

  void set_report_interval(std::chrono::milliseconds interval) { report_interval_ = interval; }

  /// The phone's clock, by which its fixes are told, less the true time.
  void set_clock_offset(base::Duration offset) { clock_offset_ = offset; }

  /// Of the last fix that was reported.
  std::int64_t sequence() const { return sequence_; }

  /// Takes the document by HTTP, as a phone without a socket does.
  awaitable<void> look();

  /// Is told of every document that is newer than the last.
  void watch(std::function<void(const contracts::Document&)> watcher) {
    watcher_ = std::move(watcher);
  }

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
                        std::chrono::milliseconds limit = std::chrono::seconds{20});

 private:
  struct Answer {
    bool ok = false;
    boost::json::value data;
  };

  awaitable<std::optional<std::string>> read_dev_inbox(std::string msisdn);
  awaitable<void> follow(std::shared_ptr<platform::ws::Socket> socket);
  awaitable<void> take_all(platform::ws::Socket& socket);
  awaitable<void> take(const contracts::FrameOut& frame);
  void tell_listener(const std::string& text, const contracts::FrameOut& frame);
  void take_document(std::int64_t n, const boost::json::value& document);
  awaitable<void> close_the_gap();

  awaitable<void> keep_reporting();
  contracts::Fix fix_at(domain::geo::Point point);
  void report(std::vector<contracts::Fix> fixes);
  void send(std::vector<contracts::Fix> fixes);
  bool awaits_its_fare() const;
  /// Positions are signals, and may be lost: the meter must have the last of the trip.
  void send_again();
  void forget_metered(std::int64_t through);
  void wake();

  platform::runtime::Runtime& runtime_;
  platform::runtime::TaskGroup tasks_;
  ApiClient api_;
  Inbox inbox_;
  contracts::Tokens tokens_;
  std::shared_ptr<platform::ws::Socket> socket_;
  std::uint16_t close_code_ = 0;
  std::int64_t n_ = -1;
  contracts::Document document_;
  int gaps_ = 0;
  /// From a place to a place, at even speed. Who stays has arrived.
  struct Way {
    domain::geo::Point from;
    domain::geo::Point to;
    base::Instant since;
    base::Duration takes{0};
  };
  std::optional<Way> way_;
  std::chrono::milliseconds report_interval_{200};
  base::Duration clock_offset_{0};
  std::int64_t sequence_ = 0;
  base::Instant send_again_at_;
  std::deque<contracts::Fix> unmetered_;  ///< Not known to be metered; the newest of them.
  std::int64_t next_frame_id_ = 1;
  std::map<std::string, std::string> asked_;  ///< Types of frames not answered yet, by id.
  std::map<std::string, Answer> answers_;
  Listener listener_;
  std::map<std::string, boost::json::value, std::less<>> momentary_;
  std::function<void(const contracts::Document&)> watcher_;
  std::exception_ptr breach_;                     ///< Of the contract, seen while following.
  std::set<boost::asio::steady_timer*> waiting_;  ///< Of each `until`: cancelled at a change.
};

}  // namespace sim
