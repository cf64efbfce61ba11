#include "apps/nebengjek/sandbox_command.hpp"

#include <cstdio>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "apps/nebengjek/roles.hpp"

namespace apps::nebengjek {
namespace {

namespace asio = boost::asio;

class Thread final : public RunningSandbox {
 public:
  explicit Thread(const SandboxOptions& options)
      : work_(asio::make_work_guard(io_)),
        runtime_(io_.get_executor(), "sandbox"),
        sandbox_(sim::sandbox::make_sandbox(runtime_, options.config, options.behaviour)),
        port_(sandbox_->port()),
        thread_([this] { io_.run(); }) {}

  ~Thread() override {
    asio::co_spawn(io_, stop(), asio::detached);
    thread_.join();
  }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  int port() const override { return port_; }

 private:
  platform::awaitable<void> stop() {
    co_await sandbox_->stop();
    co_await runtime_.tasks().join();
    sandbox_.reset();
    work_.reset();
  }

  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  platform::runtime::Runtime runtime_;
  std::unique_ptr<sim::sandbox::Sandbox> sandbox_;
  int port_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<RunningSandbox> run_sandbox(const SandboxOptions& options) {
  return std::make_unique<Thread>(options);
}

int sandbox(const SandboxOptions& options) {
  block_stop_signals();
  const auto running = run_sandbox(options);
  std::printf("The payment and SMS providers are played at http://%s:%d\n",
              options.config.address.c_str(), running->port());
  std::fflush(stdout);
  wait_for_stop_signal();
  return 0;
}

}  // namespace apps::nebengjek
