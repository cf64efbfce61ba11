#include "tests/system/balancer.hpp"

#include <sstream>

#include "platform/stack/port.hpp"
#include "platform/stack/program.hpp"
#include "platform/stack/settings_file.hpp"
#include "tests/support/stack_fixture.hpp"

namespace tests::system {

namespace stack = platform::stack;

Balancer::Balancer(const std::filesystem::path& folder, const std::vector<Edge>& edges)
    : file_(folder / "haproxy.cfg"),
      port_(stack::any_free_port()),
      own_port_(stack::any_free_port()) {
  stack::write_private(file_, configuration(edges));
}

stack::Launch Balancer::launch() const {
  auto log = file_;
  return {.program = stack::find_program(support::stack_config().sysroot, "haproxy"),
          .arguments = {"-db", "-f", file_.string()},
          .log = log.replace_extension(".log")};
}

bool Balancer::sends_to_all() const {
  return stack::answers_with(
      own_port_, "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", " 200 OK");
}

std::string Balancer::configuration(const std::vector<Edge>& edges) const {
  std::ostringstream text;
  text << R"(global
  maxconn 4000
defaults
  mode http
  option forwardfor
  retries 0
  timeout connect 2s
  timeout check 2s
  timeout client 1h
  timeout server 20s
  timeout tunnel 1h
frontend phones
  bind 127.0.0.1:)"
       << port_ << R"(
  default_backend edges
frontend itself
  bind 127.0.0.1:)"
       << own_port_ << R"(
  monitor-uri /readyz
  monitor fail if { nbsrv(edges) lt )"
       << edges.size() << R"( }
backend edges
  balance roundrobin
  option httpchk
  http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host localhost hdr Connection close
  default-server check inter 250ms fall 1 rise 1
)";
  for (const auto& edge : edges) {
    text << "  server " << edge.name << " 127.0.0.1:" << edge.port << " port " << edge.admin_port
         << '\n';
  }
  return text.str();
}

}  // namespace tests::system
