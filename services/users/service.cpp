#include "services/users/service.hpp"

#include "platform/bus/relay.hpp"
#include "services/binding/dead_letters.hpp"
#include "services/binding/reactions.hpp"
#include "services/users/accounts/accounts.hpp"
#include "services/users/edge/gateway.hpp"
#include "services/users/edge/http_api.hpp"
#include "services/users/edge/position_outbox.hpp"
#include "services/users/edge/rate_limits.hpp"
#include "services/users/edge/snapshots.hpp"
#include "services/users/edge/sockets.hpp"

namespace services::users {
namespace {

namespace http = platform::http;
using platform::awaitable;

class Users final : public UsersService {
 public:
  Users(const binding::Environment& environment, UsersConfig config)
      : config_(std::move(config)),
        relay_(platform::bus::start_relay(
            environment.runtime, environment.bus, environment.pool,
            {.service = binding::service_name(contracts::Owner::users)})),
        accounts_(accounts::make_accounts(environment, config_)),
        executor_(binding::make_executor(environment.runtime, environment.pool,
                                         all_commands(environment), [this] { relay_->wake(); },
                                         {.deadline = config_.login_timeout})),
        gateway_(environment, config_, accounts_->tokens(), accounts_->principals(), *executor_),
        limits_(edge::make_rate_limits(environment.runtime, environment.redis)),
        presence_(binding::watch_presence(
            environment,
            {contracts::Owner::location, contracts::Owner::match, contracts::Owner::rides},
            [this] { sockets_->tell_degraded(presence_->away()); })),
        api_(edge::make_http_api(environment, config_, gateway_, *limits_, accounts_->tokens(),
                                 *presence_)),
        positions_(edge::make_position_outbox(environment, config_, *presence_)),
        sockets_(edge::make_sockets(environment, config_, gateway_, *positions_, *presence_)),
        folding_(edge::start_folding(environment)) {
    executor_->serve(environment.bus, binding::service_name(contracts::Owner::users));
    server_ = http::make_server(environment.runtime, config_.http, routes());
  }

  int port() const override { return server_->port(); }

  contracts::Owner owner() const override { return contracts::Owner::users; }
  binding::CommandExecutor& executor() override { return *executor_; }

  awaitable<void> stop(std::chrono::milliseconds grace) override {
    co_await server_->stop(grace);
    co_await executor_->drain();
    co_await accounts_->stop();
  }

 private:
  std::vector<binding::BoundCommand> all_commands(const binding::Environment& environment) {
    return binding::together(
        {accounts_->commands(), binding::dead_letter_commands(owner(), environment.pool)});
  }

  http::Routes routes() {
    return {
        .on_request = [this](http::Request request) { return api_->answer(std::move(request)); },
        .on_upgrade = [this](const http::Request& request) { return sockets_->upgrade(request); },
        .on_socket =
            [this](http::Request request, std::unique_ptr<platform::ws::Socket> socket) {
              return sockets_->serve(std::move(request), std::move(socket));
            },
        .on_error = &edge::server_error};
  }

  UsersConfig config_;
  std::unique_ptr<platform::bus::Relay> relay_;
  std::unique_ptr<accounts::Accounts> accounts_;
  std::unique_ptr<binding::CommandExecutor> executor_;
  edge::Gateway gateway_;
  std::unique_ptr<edge::RateLimits> limits_;
  std::unique_ptr<binding::Presence> presence_;
  std::unique_ptr<edge::HttpApi> api_;
  std::unique_ptr<edge::PositionOutbox> positions_;
  std::unique_ptr<edge::Sockets> sockets_;
  std::vector<std::unique_ptr<platform::bus::Consumer>> folding_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace

std::unique_ptr<UsersService> make_service(const binding::Environment& environment,
                                           UsersConfig config) {
  return std::make_unique<Users>(environment, std::move(config));
}

}  // namespace services::users
