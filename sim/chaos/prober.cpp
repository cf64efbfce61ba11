#include "sim/chaos/prober.hpp"

#include "base/assert.hpp"
#include "platform/runtime/deadline.hpp"

namespace sim::chaos {
namespace {

using namespace std::chrono_literals;
using platform::runtime::sleep_for;
namespace operations = contracts::operations;

constexpr auto between_questions = 110ms;  // A user may ask ten times a second.
constexpr auto answer_limit = 2'500ms;
constexpr auto approval_limit = 20s;
constexpr int unauthenticated = 401;
constexpr contracts::FindNearbyDrivers here{.latitude = -6.1754, .longitude = 106.8272};

}  // namespace

Prober::Prober(platform::runtime::Runtime& runtime, platform::http::Client& http,
               std::vector<std::string> edges) {
  for (auto& edge : edges) phones_.push_back(std::make_unique<Phone>(runtime, http, edge));
}

awaitable<void> Prober::prepare(const std::function<std::string()>& new_msisdn) {
  for (const auto& phone : phones_) {
    const auto msisdn = new_msisdn();
    co_await phone->log_in(msisdn);
    const auto registered = co_await phone->call(
        operations::register_driver,
        {.vehicle_type = domain::VehicleType::car,
         .vehicle = "Toyota Avanza, white",
         .plate = "B " + msisdn.substr(msisdn.size() - 7) + " PR",
         .payout_account = {.bank = "BCA", .number = "1234567890", .holder = "Prober"}});
    if (!registered) throw std::runtime_error{"no prober: " + registered.error().code};
    phone->api().set_patience(0ms);
    phone->api().set_answer_limit(answer_limit);
    if (!co_await time_to_answer(Component::match, {}, approval_limit)) {
      throw std::runtime_error{"no prober: match has never heard of it"};
    }
  }
}

awaitable<void> Prober::switch_off() {
  for (const auto& phone : phones_) co_await phone->switch_off();
}

awaitable<std::optional<std::chrono::milliseconds>> Prober::time_to_answer(
    Component component, std::optional<int> instance, std::chrono::milliseconds limit) {
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t turn = static_cast<std::size_t>(instance.value_or(0));; ++turn) {
    const bool of_one_edge = component == Component::users && instance;
    auto& phone =
        *phones_[(of_one_edge ? static_cast<std::size_t>(*instance) : turn) % phones_.size()];
    const bool answered = co_await answers(component, phone);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin);
    if (answered) co_return took;
    if (took > limit) co_return std::nullopt;
    co_await sleep_for(between_questions);
  }
}

awaitable<bool> Prober::answers(Component component, Phone& phone) {
  switch (component) {
    case Component::users:
    case Component::redis: return is_granted(phone, operations::get_me);
    case Component::location: return is_granted(phone, operations::find_nearby_drivers, here);
    case Component::rides: return is_granted(phone, operations::get_balance);
    case Component::match:
    case Component::postgres:  // A command, which is a commit of match's and an event.
    case Component::nats: return is_granted(phone, operations::set_beacon, {.on = false});
  }
  NEBENGJEK_UNREACHABLE("a component without a question");
}

template <class Request, class Answer>
awaitable<bool> Prober::is_granted(Phone& phone,
                                   const contracts::Operation<Request, Answer>& operation,
                                   Request request) {
  try {
    const auto reply = co_await phone.call(operation, std::move(request));
    if (!reply && reply.error().status == unauthenticated) co_await phone.refresh();
    co_return reply.has_value();
  } catch (const platform::http::NoAnswer&) {
    co_return false;
  }
}

}  // namespace sim::chaos
