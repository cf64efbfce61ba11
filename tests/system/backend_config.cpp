#include "tests/system/backend_config.hpp"

#include <utility>

#include "platform/stack/port.hpp"

namespace tests::system {
namespace {

/// Whatever is tested: few people on one machine do much, and nobody drives anywhere.
constexpr auto circumstances = R"(
users.dev = true
users.driver_approval = "automatic"
users.otp.per_address_in_an_hour = 100000
users.otp.per_prefix_in_10_minutes = 100000
users.otp.resend_first_ms = 1000
users.ride_requests_per_minute = 1000
rides.sighting_fresh_for_ms = 60000
)";

/// Waits less, and looks more often.
constexpr auto hurry = R"(
users.sms.timeout_ms = 2000

location.staleness_ms = 3000
location.lease_ms = 1000
location.meter_interval_ms = 100
location.driver_frame_interval_ms = 0
location.redis_interval_ms = 100

match.dispatch_window_ms = 100
match.dispatch_lease_ms = 2000
match.mirror_interval_ms = 100

rides.payments.provider_timeout_ms = 2000
rides.payments.ask_after_ms = 200
rides.payments.ask_again_max_ms = 1000
rides.payments.look_interval_ms = 200
rides.payments.payout_min = "IDR 1000"
rides.payments.seal_interval_ms = 200
)";

/// Where links fail a phone may hear of its proposal by looking, which is every five seconds: there
/// proposals live as long as they do by default.
constexpr int proposal_lifetime_ms = 3'000;

/// Lines of TOML, each with the whole path of its key.
class Lines {
 public:
  Lines& add(const std::string& path, const std::string& text) {
    return add_raw(path, '"' + text + '"');
  }
  Lines& add(const std::string& path, int number) { return add_raw(path, std::to_string(number)); }
  Lines& add_raw(const std::string& path, const std::string& value) {
    text_ += path + " = " + value + '\n';
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void add_ports(Lines& lines, const Process& process) {
  lines.add("users.http.port", process.public_port);
  for (std::size_t i = 0; i < process.roles.size(); ++i) {
    lines.add("role." + process.roles[i] + ".admin_port", process.admin_ports[i]);
  }
}

/// A stopping edge waits for who looks whether it is ready, if there is anybody.
void add_balancer(Lines& lines, bool behind_balancer) {
  constexpr int noticed_after_ms = 1'000;
  lines.add("users.http.drain_ms", behind_balancer ? noticed_after_ms : 0);
  if (behind_balancer) lines.add_raw("users.http.trusted_proxies", R"(["127.0.0.1"])");
}

std::string url_of(int port) { return "http://127.0.0.1:" + std::to_string(port); }

void add_sms(Lines& lines, const std::string& provider, int port) {
  const auto section = "users.sms." + provider;
  lines.add(section + ".url", url_of(port) + "/sms/messages").add(section + ".token", provider_key);
}

void add_servers(Lines& lines, const Servers& servers) {
  const auto& addresses = servers.addresses;
  lines.add("postgres.port", addresses.postgres_port)
      .add("postgres.administrator", addresses.postgres_user)
      .add("postgres.administrator_password", addresses.postgres_password)
      .add("redis.port", addresses.redis_port)
      .add("redis.password", addresses.redis_password)
      .add("nats.url", "nats://127.0.0.1:" + std::to_string(addresses.nats_port))
      .add("users.secret", "known to these tests and nobody else")
      .add_raw("users.signing_key_files", "[\"" + servers.signing_key_file + "\"]")
      .add("rides.payments.provider_url", url_of(servers.payments_port))
      .add("rides.payments.provider_api_key", provider_key)
      .add("rides.payments.webhook_secret", provider_key);
  if (servers.sms_port != 0) {
    add_sms(lines, "primary", servers.sms_port);
    add_sms(lines, "fallback", servers.second_sms_port);
  }
  for (const std::string role : {"users", "location", "match", "rides"}) {
    lines.add("role." + role + ".postgres_password", "test");
  }
}

}  // namespace

Process make_process(std::string name, std::vector<std::string> roles) {
  Process process{.name = std::move(name),
                  .roles = std::move(roles),
                  .public_port = platform::stack::any_free_port(),
                  .admin_ports = {}};
  for (std::size_t i = 0; i < process.roles.size(); ++i) {
    process.admin_ports.push_back(platform::stack::any_free_port());
  }
  return process;
}

std::string config_of(const Process& process, const std::optional<Servers>& servers) {
  Lines lines;
  add_ports(lines, process);
  add_balancer(lines, servers && servers->behind_balancer);
  if (servers) add_servers(lines, *servers);
  const bool hurries = !servers || servers->hurries;
  const bool behind_links = servers && servers->sms_port != 0;
  if (hurries && !behind_links) lines.add("match.proposal_lifetime_ms", proposal_lifetime_ms);
  return lines.text() + circumstances + (hurries ? hurry : "");
}

}  // namespace tests::system
