#pragma once

/// Load on one edge: many callers over few kept connections, either as many calls at a time as one
/// likes, or so many a second whatever becomes of them.

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/runtime/runtime.hpp"
#include "sim/load/line.hpp"
#include "sim/samples.hpp"

namespace sim::load {

/// Somebody who makes one call at a time.
class Caller {
 public:
  virtual ~Caller() = default;
  /// The whole request, which stays where it is until `take`.
  virtual std::string_view next() = 0;
  virtual void take(const Answer& answer) = 0;
  /// Whether what was begun wants to be ended: then the next call is this caller's, if another has
  /// not been made meanwhile. Else it is that of who has waited longest.
  virtual bool is_in_the_middle() const { return false; }
};

/// What became of the calls of a while.
struct Tally {
  std::int64_t asked = 0;
  std::int64_t good = 0;           ///< 2xx and 3xx.
  std::int64_t shed = 0;           ///< 429 and 503 that say when to come again.
  std::int64_t shed_for_ever = 0;  ///< 429 and 503 that don't.
  std::int64_t still_running = 0;  ///< Asked again under its key before the first try had ended.
  std::int64_t refused = 0;        ///< Other 4xx: a bug of the callers.
  std::int64_t failed = 0;         ///< Other 5xx.
  std::int64_t unanswered = 0;     ///< Refused, torn down, closed or too late.
  std::int64_t never_sent = 0;     ///< Due, but all callers or connections were still waiting.
  std::string last_refusal;        ///< The body.
  double seconds = 0;
  Samples took;  ///< Of good answers.

  void add(const Answer& answer, std::chrono::microseconds time);
  /// Good answers a second.
  double goodput() const { return seconds > 0 ? static_cast<double>(good) / seconds : 0; }
};

/// The bytes of a request. Without a token it is anonymous, without a key there is none.
struct Request {
  std::string_view method;
  std::string target;
  std::string token;
  std::string body;  ///< JSON.
  std::string idempotency_key;
};
std::string bytes_of(const Request& request);

class Load {
 public:
  /// To the edge at `port` of this machine. `callers` outlive this.
  Load(platform::runtime::Runtime& runtime, int port, std::vector<Caller*> callers,
       std::size_t connections_max);

  // Both add what they meet with to `tally`, and return when the last call has ended.

  /// Always `at_a_time` calls under way: each ends, and the next begins; after one that was shed a
  /// second later, as the edge asks.
  awaitable<void> keep_busy(Tally& tally, std::size_t at_a_time, std::chrono::milliseconds time);

  /// `per_second` calls, begun when they are due, whether or not earlier ones have ended.
  awaitable<void> offer(Tally& tally, double per_second, std::chrono::milliseconds time);

  /// Ends what is being offered, before its time.
  void stop() { stopped_ = true; }

 private:
  void begin(Tally& tally);
  /// Whether it was served.
  awaitable<bool> make_call(Tally& tally);
  awaitable<void> make_calls(Tally& tally, std::chrono::steady_clock::time_point until);
  awaitable<void> until_quiet();

  platform::runtime::Runtime& runtime_;
  int port_;
  std::deque<Caller*> free_callers_;
  std::vector<std::unique_ptr<Line>> lines_;
  std::vector<Line*> free_lines_;
  std::size_t connections_max_;
  std::size_t under_way_ = 0;
  bool stopped_ = false;
};

}  // namespace sim::load
