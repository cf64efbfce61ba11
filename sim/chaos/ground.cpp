#include "sim/chaos/ground.hpp"

#include <csignal>
#include <utility>

#include "base/assert.hpp"
#include "base/json/enums.hpp"
#include "platform/stack/nursery.hpp"

namespace sim::chaos {
namespace {

namespace stack = platform::stack;
using stack::LinkFault;

constexpr auto stop_patience = std::chrono::seconds{15};

stack::Server server_of(Component component) {
  switch (component) {
    case Component::postgres: return stack::Server::postgres;
    case Component::redis: return stack::Server::redis;
    case Component::nats: return stack::Server::nats;
    case Component::users:
    case Component::location:
    case Component::match:
    case Component::rides: break;
  }
  NEBENGJEK_UNREACHABLE("a service is no server");
}

struct Running {
  Instance instance;
  stack::ProcessId id;
};

class LocalGround final : public Ground {
 public:
  LocalGround(stack::Stack& stack, std::vector<Instance> instances) : stack_(stack) {
    for (auto& instance : instances)
      running_.push_back({.instance = std::move(instance), .id = {}});
    for (auto& each : running_) start(each);
  }
  ~LocalGround() override {
    for (const auto& each : running_) stack::stop_tree(each.id, SIGTERM, stop_patience);
  }

  void strike(const Fault& fault) override {
    if (!is_service(fault.component)) return strike_server(fault);
    for (auto* each : hit_by(fault)) {
      switch (fault.blow) {
        case Blow::kill: stack::kill_tree(each->id); break;
        case Blow::pause: stack::signal_tree(each->id, SIGSTOP); break;
        case Blow::restart: stack::stop_tree(each->id, SIGTERM, stop_patience); break;
        case Blow::cut: set_link(*each, fault, LinkFault::refused); break;
        case Blow::mute: set_link(*each, fault, LinkFault::silent); break;
        case Blow::slow: set_link(*each, fault, LinkFault::slow); break;
        case Blow::reset: set_link(*each, fault, LinkFault::reset); break;
      }
    }
  }

  void heal(const Fault& fault) override {
    if (!is_service(fault.component)) return heal_server(fault);
    for (auto* each : hit_by(fault)) {
      if (fault.link_to) {
        set_link(*each, fault, LinkFault::none);
      } else if (fault.blow == Blow::pause) {
        stack::signal_tree(each->id, SIGCONT);
      } else {
        start(*each);
      }
    }
  }

  std::vector<std::string> revive() override {
    std::vector<std::string> ended;
    for (auto& each : running_) {
      if (each.id.is_running()) continue;
      ended.push_back(name_of(each.instance) +
                      " ended by itself: " + stack::tail_of(each.instance.log));
      start(each);
    }
    return ended;
  }

 private:
  static std::string name_of(const Instance& instance) {
    return std::string{base::json::name_of(instance.service)} + '-' +
           std::to_string(instance.number + 1);
  }

  void start(Running& process) {
    const auto& instance = process.instance;
    process.id = nursery_.start({.program = {.path = instance.program, .library_path = ""},
                                 .arguments = instance.arguments,
                                 .log = instance.log});
  }

  static void set_link(const Running& process, const Fault& fault, LinkFault to) {
    process.instance.links.at(fault.link_to.value())->set(to);
  }

  std::vector<Running*> hit_by(const Fault& fault) {
    std::vector<Running*> hit;
    for (auto& each : running_) {
      const bool is_meant = !fault.instance || *fault.instance == each.instance.number;
      if (each.instance.service == fault.component && is_meant) hit.push_back(&each);
    }
    return hit;
  }

  void strike_server(const Fault& fault) {
    const auto server = server_of(fault.component);
    fault.blow == Blow::pause ? stack_.pause(server) : stack_.kill(server);
  }

  void heal_server(const Fault& fault) {
    const auto server = server_of(fault.component);
    fault.blow == Blow::pause ? stack_.resume(server) : stack_.start(server);
  }

  stack::Stack& stack_;
  stack::Nursery nursery_;
  std::vector<Running> running_;
};

}  // namespace

std::unique_ptr<Ground> make_ground(stack::Stack& stack, std::vector<Instance> instances) {
  return std::make_unique<LocalGround>(stack, std::move(instances));
}

}  // namespace sim::chaos
