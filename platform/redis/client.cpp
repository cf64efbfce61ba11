#include "platform/redis/client.hpp"

#include <map>
#include <utility>

#include "platform/redis/link.hpp"
#include "platform/resilience/dependency.hpp"

namespace platform::redis {
namespace {

Reply reply_of(Answer answer) {
  if (answer.is_error) throw CommandFailed{answer.reply.text()};
  return std::move(answer.reply);
}

bool is_unknown_script(const Answer& answer) {
  return answer.is_error && answer.reply.text().starts_with("NOSCRIPT");
}

Command script_command(std::string verb, std::string script, const std::vector<std::string>& keys,
                       const std::vector<std::string>& arguments) {
  Command command{std::move(verb), std::move(script), std::to_string(keys.size())};
  command.insert(command.end(), keys.begin(), keys.end());
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

class LinkedClient final : public Client {
 public:
  LinkedClient(runtime::Runtime& runtime, Config config)
      : key_prefix_(config.key_prefix),
        server_(std::make_shared<resilience::Dependency>(runtime.clock(), "redis", config.breaker)),
        link_(std::make_shared<Link>(runtime, std::move(config))) {
    link_->start();
  }
  ~LinkedClient() override { link_->close(); }

  awaitable<Reply> command(Command command) override {
    co_return reply_of(co_await ask(std::move(command)));
  }

  awaitable<std::vector<Reply>> pipeline(std::vector<Command> commands) override {
    std::vector<Reply> replies;
    if (commands.empty()) co_return replies;
    for (auto& answer : co_await ask_all(std::move(commands))) {
      replies.push_back(reply_of(std::move(answer)));
    }
    co_return replies;
  }

  // EVAL runs a script and makes it known, so a server that forgot it costs one more round trip.
  awaitable<Reply> script(std::string_view source, std::vector<std::string> keys,
                          std::vector<std::string> arguments) override {
    const std::string text{source};
    const auto hash = co_await hash_of(text);
    auto answer = co_await ask(script_command("EVALSHA", hash, keys, arguments));
    if (is_unknown_script(answer)) {
      answer = co_await ask(script_command("EVAL", text, keys, arguments));
    }
    co_return reply_of(std::move(answer));
  }

  std::string key(std::string_view name) const override { return key_prefix_ + std::string{name}; }

  awaitable<void> close() override {
    link_->close();
    co_return;
  }

 private:
  awaitable<Answer> ask(Command command) {
    std::vector<Command> commands;
    commands.push_back(std::move(command));
    auto answers = co_await ask_all(std::move(commands));
    co_return std::move(answers.front());
  }

  /// Without a session, Redis is not even asked: that is for no breaker to hear.
  awaitable<std::vector<Answer>> ask_all(std::vector<Command> commands) {
    const auto server = server_;
    try {
      resilience::Dependency::Call call{*server};
      try {
        auto answers = co_await link_->ask(std::move(commands));
        call.outcome = resilience::Outcome::good;
        co_return answers;
      } catch (const SilentServer&) {
        call.outcome = resilience::Outcome::bad;
        throw;
      }
    } catch (const resilience::CircuitOpen&) {
      throw Unavailable{"Redis answered too few of the last commands"};
    }
  }

  awaitable<std::string> hash_of(std::string source) {
    const auto known = hashes_.find(source);
    if (known != hashes_.end()) co_return known->second;
    const auto loaded = co_await command({"SCRIPT", "LOAD", source});
    co_return hashes_.emplace(std::move(source), loaded.text()).first->second;
  }

  std::string key_prefix_;
  std::shared_ptr<resilience::Dependency> server_;
  std::shared_ptr<Link> link_;
  std::map<std::string, std::string> hashes_;  // Of the scripts that were loaded, by their text.
};

}  // namespace

std::unique_ptr<Client> make_client(runtime::Runtime& runtime, Config config) {
  return std::make_unique<LinkedClient>(runtime, std::move(config));
}

}  // namespace platform::redis
