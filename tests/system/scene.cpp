#include "tests/system/scene.hpp"

#include "tests/system/replies.hpp"
#include "tests/system/steps.hpp"

namespace tests::system {
namespace {

using namespace std::chrono_literals;
namespace operations = contracts::operations;

constexpr double trip_m = 1'000;
constexpr double speed_kmh = 180;

template <class T>
int status_of(const sim::Reply<T>& reply, int of_success) {
  return reply ? of_success : reply.error().status;
}

}  // namespace

awaitable<void> Scene::prepare() {
  paying_driver_ = co_await city_.driver(city_.place(100));
  auto* paying = co_await city_.passenger();
  paid_ride_ = co_await begin_ride(*paying, *paying_driver_, city_.place(0), city_.place(-trip_m));
  paying_driver_->go_to(city_.place(-trip_m), speed_kmh);
  co_await complete_ride(*paying_driver_, paid_ride_, 1);

  stepping_driver_ = co_await city_.driver(city_.place(3'000));
  stepping_passenger_ = co_await city_.passenger();
  stepped_ride_ = co_await match(*stepping_passenger_, *stepping_driver_, city_.place(3'050),
                                 city_.place(4'000));
  co_await drive_up(*stepping_passenger_, *stepping_driver_, city_.place(3'050));

  requesting_ = co_await city_.passenger();
  newcomer_ = &city_.new_phone();
  for (auto* phone : {paying_driver_, stepping_driver_, requesting_, newcomer_}) {
    phone->api().set_patience(0ms);
  }
}

awaitable<int> Scene::log_in() {
  co_return status_of(
      co_await newcomer_->call(operations::request_otp, {.msisdn = city_.new_msisdn()}),
      operations::request_otp.status);
}

awaitable<int> Scene::request() {
  const auto reply =
      co_await requesting_->api().call(operations::create_request,
                                       {.pickup = contracts::place_at(city_.place(0)),
                                        .destination = contracts::place_at(city_.place(-2'000)),
                                        .vehicle_type = domain::VehicleType::motorcycle},
                                       "scene-request");
  if (reply) request_ = reply->request_id;
  co_return status_of(reply, operations::create_request.status);
}

awaitable<int> Scene::step() {
  co_return status_of(co_await stepping_driver_->api().call(
                          operations::arrive, {.ride_id = stepped_ride_}, "scene-step"),
                      operations::arrive.status);
}

awaitable<int> Scene::pay() {
  co_return status_of(co_await paying_driver_->api().call(operations::confirm_cash,
                                                          {.ride_id = paid_ride_}, "scene-payment"),
                      operations::confirm_cash.status);
}

awaitable<platform::http::Response> Scene::read() {
  co_return co_await requesting_->api().get(std::string{operations::get_snapshot.path});
}

awaitable<bool> Scene::positions_are_kept() {
  const auto answer = co_await stepping_driver_->report_here();
  co_return !answer && answer.error().code == contracts::errors::unavailable.code;
}

bool Scene::sockets_are_open() const {
  return requesting_->connected() && stepping_driver_->connected();
}

std::vector<std::string> Scene::told_to_be_away() const {
  const auto told = requesting_->latest<contracts::Degraded>(contracts::frames::degraded);
  return told ? told->away : std::vector<std::string>{};
}

awaitable<void> Scene::clear() {
  granted(co_await requesting_->call(operations::cancel_request, {request_.value()}));
  granted(co_await stepping_passenger_->call(operations::cancel_ride,
                                             {.ride_id = stepped_ride_, .reason = {}}));
}

}  // namespace tests::system
