#pragma once

/// One person with a phone. An agent looks at what the phone shows, does the next thing, and looks
/// again: it remembers next to nothing, so whatever breaks in between, it goes on from there.

#include <functional>
#include <string>

#include "platform/runtime/deadline.hpp"
#include "sim/city.hpp"
#include "sim/phone.hpp"

namespace sim {

class Agent {
 public:
  Agent(City& city, std::string name, int number);
  virtual ~Agent() = default;
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  /// From the login to switching off. What goes wrong is in the journal; nothing is thrown.
  awaitable<void> live();

 protected:
  /// Once, after the login.
  virtual awaitable<void> settle_in() = 0;
  /// The next thing to do, as far as it can be done now.
  virtual awaitable<void> step() = 0;
  virtual bool is_done() const = 0;
  /// At the end: asks what has become of everything.
  virtual awaitable<void> take_stock() = 0;
  /// When it is over, however it ended.
  virtual void leave() {}
  virtual void notice(const contracts::Document& /*document*/) {}

  /// Asks until there is an answer other than "later", under one key. Throws CityEnded.
  template <class Request, class Answer>
  awaitable<Reply<Answer>> ask(const contracts::Operation<Request, Answer>& operation,
                               Request request = {}) {
    const auto key = phone_.api().new_key();
    if (operation.changes_something()) city_.journal.asked(operation, phone_.user());
    for (;;) {
      city_.check_time();
      auto reply = co_await try_once(operation, request, key);
      if (!reply) {
        co_await pause();
        continue;
      }
      if (operation.changes_something()) take_down(operation, key, *reply);
      co_return *std::move(reply);
    }
  }

  /// Returns when the document has changed, or after `limit`.
  awaitable<void> changed(std::chrono::milliseconds limit);
  /// Waits until the document is as it should be. Throws CityEnded.
  awaitable<void> until_shown(std::function<bool(const contracts::Document&)> holds);

  /// With the given probability, once for each `occasion`.
  bool once(const std::string& occasion, double probability);
  awaitable<void> lose_connection();

  City& city() const { return city_; }
  Phone& phone() { return phone_; }
  const contracts::Document& document() const { return phone_.document(); }
  domain::UserId me() const { return phone_.user(); }
  Dice& dice() { return dice_; }
  const Behaviour& behaviour() const { return city_.plan().behaviour; }
  base::Instant now() const { return city_.runtime().now(); }
  /// For the journal, should it never end.
  void doing(std::string what) { doing_ = std::move(what); }
  void poll_instead_of_holding_a_socket() { polls_ = true; }

 private:
  /// Empty when there was no answer, or one that asks to come again.
  template <class Request, class Answer>
  awaitable<std::optional<Reply<Answer>>> try_once(
      const contracts::Operation<Request, Answer>& operation, const Request& request,
      const std::string& key) {
    std::optional<Reply<Answer>> reply;
    try {
      reply = co_await phone_.api().call(operation, request, key);
    } catch (const platform::http::NoAnswer&) {
      co_return std::nullopt;
    }
    if (*reply || !asks_to_come_again(reply->error())) co_return reply;
    if (reply->error().status == unauthenticated) co_await renew_tokens();
    co_return std::nullopt;
  }

  template <class Answer>
  void take_down(const contracts::OperationRow& operation, const std::string& key,
                 const Reply<Answer>& reply) {
    city_.journal.answered(operation, phone_.user());
    if (!reply) return;
    city_.journal.acknowledged(operation, phone_.user(), key, base::json::encode(*reply));
  }

  static constexpr int unauthenticated = 401;
  static bool asks_to_come_again(const contracts::Problem& problem);

  awaitable<void> live_through();
  awaitable<void> log_in();
  awaitable<void> renew_tokens();
  awaitable<void> stay_in_touch();
  awaitable<bool> connect_once();
  awaitable<void> poll();
  awaitable<void> look_from_time_to_time();
  awaitable<void> catch_up();
  awaitable<void> switch_off();
  awaitable<void> pause();
  void take_note(const contracts::Document& document);

  City& city_;
  std::string name_;
  std::chrono::milliseconds starts_after_;
  Dice dice_;
  Phone phone_;
  std::string msisdn_;
  std::string doing_ = "logging in";
  std::set<std::string> occasions_;
  base::Instant renew_at_;
  base::Instant looked_at_;
  bool polls_ = false;
  bool was_connected_ = false;
};

}  // namespace sim
