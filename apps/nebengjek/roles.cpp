#include "apps/nebengjek/roles.hpp"

#include <csignal>
#include <future>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "platform/telemetry/log.hpp"
#include "services/binding/admin.hpp"
#include "services/binding/reactions.hpp"
#include "services/binding/service.hpp"
#include "services/location/service.hpp"
#include "services/match/service.hpp"
#include "services/rides/service.hpp"
#include "services/users/service.hpp"

namespace apps::nebengjek {
namespace {

namespace asio = boost::asio;
namespace bus = platform::bus;
namespace postgres = platform::postgres;
namespace redis = platform::redis;
namespace runtime = platform::runtime;
namespace telemetry = platform::telemetry;
using platform::awaitable;
using services::binding::Environment;
using services::binding::Service;

constexpr std::size_t instance_name_bytes = 3;

std::unique_ptr<Service> make_service(Role role, const Environment& environment,
                                      const Settings& settings) {
  switch (role) {
    case Role::users: return services::users::make_service(environment, settings.users);
    case Role::location: return services::location::make_service(environment, settings.location);
    case Role::match: return services::match::make_service(environment, settings.match);
    case Role::rides: return services::rides::make_service(environment, settings.rides);
  }
  NEBENGJEK_UNREACHABLE("a role without a case");
}

/// "rides-3f9c01-0": this thread of this process among all others.
std::string instance_name(Role role, std::size_t index) {
  std::array<std::uint8_t, instance_name_bytes> random{};
  runtime::system_entropy().fill(random);
  std::string name = services::binding::service_name(role) + '-';
  constexpr std::string_view digits = "0123456789abcdef";
  for (const auto byte : random) {
    name += digits[byte >> 4];
    name += digits[byte & 15];
  }
  return name + '-' + std::to_string(index);
}

/// One thread of one role: what it owns lives and dies on it, in this order.
class RoleThread {
 public:
  RoleThread(const Settings& settings, Role role, std::size_t index, bus::Link& link)
      : settings_(settings),
        role_(role),
        index_(index),
        work_(asio::make_work_guard(io_)),
        runtime_(io_.get_executor(), instance_name(role, index)),
        pool_(postgres::make_pool(runtime_, settings.postgres_of(role))),
        redis_(redis::make_client(runtime_, settings.redis_of_services())),
        bus_(link.attach(runtime_)) {}

  /// Throws what starting the service throws.
  void start() {
    std::promise<void> started;
    auto result = started.get_future();
    thread_ = std::thread{[this, &started] { run(started); }};
    result.get();
  }

  void begin_stop() {
    asio::post(io_, [this] { asio::co_spawn(io_, stop(), asio::detached); });
  }

  void join() {
    if (thread_.joinable()) thread_.join();
  }

  Role role() const { return role_; }
  const Service* service() const { return service_.get(); }

 private:
  void run(std::promise<void>& started) {
    asio::post(io_, [this, &started] {
      try {
        service_ = make_service(role_, environment(), settings_);
        if (index_ == 0) {
          admin_ = services::binding::start_admin(
              environment(), *service_,
              {.address = settings_.admin_address, .port = settings_.roles.at(role_).admin_port});
        }
        started.set_value();
      } catch (...) {
        started.set_exception(std::current_exception());
        asio::co_spawn(io_, stop(), asio::detached);
      }
    });
    io_.run();
  }

  awaitable<void> stop() {
    if (admin_) admin_->set_ready(false);
    if (service_) co_await service_->stop(settings_.shutdown_grace);
    if (admin_) co_await admin_->stop();
    co_await runtime_.tasks().join();
    admin_.reset();
    service_.reset();
    bus_.reset();
    co_await redis_->close();
    co_await pool_->close();
    work_.reset();
  }

  Environment environment() { return {runtime_, *pool_, *redis_, *bus_}; }

  const Settings& settings_;
  Role role_;
  std::size_t index_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  runtime::Runtime runtime_;
  std::unique_ptr<postgres::Pool> pool_;
  std::unique_ptr<redis::Client> redis_;
  std::unique_ptr<bus::Connection> bus_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<services::binding::Admin> admin_;
  std::thread thread_;
};

class Roles final : public RunningRoles {
 public:
  Roles(const Settings& settings, const std::vector<Role>& roles) : settings_(settings) {
    try {
      for (const auto role : roles) start(role);
    } catch (...) {
      Roles::stop();
      throw;
    }
  }
  ~Roles() override { Roles::stop(); }

  int public_port() const override { return public_port_; }

  void stop() override {
    stop_those([](Role role) { return role == Role::users; });
    stop_those([](Role role) { return role != Role::users; });
    threads_.clear();
    links_.clear();
  }

 private:
  void stop_those(bool (*meant)(Role)) {
    for (const auto& thread : threads_) {
      if (meant(thread->role())) thread->begin_stop();
    }
    for (const auto& thread : threads_) {
      if (meant(thread->role())) thread->join();
    }
  }

  void start(Role role) {
    links_.push_back(bus::make_link(settings_.nats_of(role)));
    for (std::size_t i = 0; i < settings_.roles.at(role).threads; ++i) {
      auto thread = std::make_unique<RoleThread>(settings_, role, i, *links_.back());
      try {
        thread->start();
      } catch (...) {
        thread->join();
        throw;
      }
      if (const auto* users =
              dynamic_cast<const services::users::UsersService*>(thread->service())) {
        public_port_ = users->port();
        // Further threads share the port that the first was given.
        settings_.users.http.port = public_port_;
      }
      threads_.push_back(std::move(thread));
    }
    telemetry::info("role.serving", {{"role", services::binding::service_name(role)}});
  }

  Settings settings_;
  int public_port_ = 0;
  std::vector<std::unique_ptr<bus::Link>> links_;
  std::vector<std::unique_ptr<RoleThread>> threads_;
};

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

std::unique_ptr<RunningRoles> run_roles(const Settings& settings, const std::vector<Role>& roles) {
  return std::make_unique<Roles>(settings, roles);
}

void block_stop_signals() {
  const auto set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void wait_for_stop_signal() {
  const auto set = stop_signals();
  int received = 0;
  sigwait(&set, &received);
}

}  // namespace apps::nebengjek
