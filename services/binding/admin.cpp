#include "services/binding/admin.hpp"

#include <boost/json/object.hpp>

#include "base/json/json.hpp"
#include "contracts/errors.hpp"
#include "platform/http/server.hpp"
#include "platform/resilience/dependency.hpp"
#include "platform/telemetry/metrics.hpp"
#include "services/binding/http_exchange.hpp"
#include "services/binding/presence.hpp"
#include "services/binding/staff_api.hpp"

namespace services::binding {
namespace {

namespace http = platform::http;
using platform::awaitable;

constexpr auto stop_grace = std::chrono::milliseconds{1'000};

http::Response json_response(int status, const boost::json::value& body) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          .body = base::json::serialized(body)};
}

class AdminPort final : public Admin {
 public:
  AdminPort(const Environment& environment, Service& service, const AdminConfig& config)
      : environment_(environment),
        staff_(make_staff_api(environment, service)),
        server_(http::make_server(
            environment.runtime, {.address = config.address, .port = config.port},
            {.on_request = [this](http::Request request) { return answer(std::move(request)); },
             .on_upgrade = {},
             .on_socket = {},
             .on_error =
                 [](int status, std::string_view code, std::string_view detail) {
                   return response_of(contracts::problem({code, status, detail}));
                 }})) {}

  int port() const override { return server_->port(); }
  void set_ready(bool ready) override { ready_ = ready; }
  awaitable<void> stop() override { co_await server_->stop(stop_grace); }

 private:
  awaitable<http::Response> answer(http::Request request) {
    if (request.path.starts_with("/admin/")) co_return co_await staff_->answer(std::move(request));
    if (request.path == "/healthz") co_return json_response(200, {{"status", "ok"}});
    if (request.path == "/readyz") co_return co_await readiness();
    if (request.path == "/metrics") co_return metrics();
    co_return response_of(contracts::problem(contracts::errors::no_such_route));
  }

  static http::Response metrics() {
    return {.status = 200,
            .headers = {{"Content-Type", "text/plain; version=0.0.4"}},
            .body = platform::telemetry::metrics_text()};
  }

  /// PostgreSQL is what nothing works without; the others' absence degrades.
  awaitable<http::Response> readiness() {
    const bool postgres = co_await succeeds(environment_.pool.run(still_there));
    const bool redis = co_await succeeds(environment_.redis.command({"PING"}));
    const bool nats = environment_.bus.connected();
    const bool ready = ready_ && postgres;
    boost::json::array circuits_open;
    for (auto& name : platform::resilience::open_circuits(environment_.runtime.now())) {
      circuits_open.emplace_back(name);
    }
    const auto word = [](bool up) { return up ? "up" : "down"; };
    co_return json_response(
        ready ? 200 : 503,
        {{"status", !ready                                   ? "not_ready"
                    : redis && nats && circuits_open.empty() ? "ready"
                                                             : "degraded"},
         {"dependencies",
          {{"postgres", word(postgres)}, {"redis", word(redis)}, {"nats", word(nats)}}},
         {"circuits_open", std::move(circuits_open)}});
  }

  template <class Result>
  static awaitable<bool> succeeds(awaitable<Result> operation) {
    try {
      co_await std::move(operation);
      co_return true;
    } catch (const std::exception&) {
      co_return false;
    }
  }

  Environment environment_;
  std::unique_ptr<StaffApi> staff_;
  bool ready_ = true;
  std::unique_ptr<http::Server> server_;
};

}  // namespace

std::unique_ptr<Admin> start_admin(const Environment& environment, Service& service,
                                   AdminConfig config) {
  return std::make_unique<AdminPort>(environment, service, config);
}

}  // namespace services::binding
