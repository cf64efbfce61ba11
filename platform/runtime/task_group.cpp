#include "platform/runtime/task_group.hpp"

#include <exception>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "base/assert.hpp"
#include "platform/telemetry/log.hpp"

namespace platform::runtime {
namespace {

namespace asio = boost::asio;
constexpr auto still_running_report_interval = std::chrono::seconds{5};

void report(const std::string& task, const std::exception_ptr& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) return;
    telemetry::error("task.failed", {{"task", task}, {"reason", error.what()}});
  } catch (const std::exception& error) {
    telemetry::error("task.failed", {{"task", task}, {"reason", error.what()}});
  }
}

}  // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor)
    : executor_(std::move(executor)), emptied_(executor_) {}

TaskGroup::~TaskGroup() { NEBENGJEK_ASSERT(tasks_.empty()); }

void TaskGroup::spawn(std::string name, awaitable<void> task) {
  if (stopping_) return;
  auto place = tasks_.emplace(tasks_.end());
  place->name = std::move(name);
  start(place, std::move(task));
}

void TaskGroup::spawn(std::string name, std::function<awaitable<void>()> task) {
  if (stopping_) return;
  auto place = tasks_.emplace(tasks_.end());
  place->name = std::move(name);
  place->function = std::move(task);
  start(place, place->function());
}

void TaskGroup::start(std::list<Task>::iterator task, awaitable<void> body) {
  asio::co_spawn(executor_, std::move(body),
                 asio::bind_cancellation_slot(task->signal.slot(),
                                              [this, task](const std::exception_ptr& failure) {
                                                report(task->name, failure);
                                                tasks_.erase(task);
                                                if (tasks_.empty()) emptied_.cancel();
                                              }));
}

void TaskGroup::cancel() {
  stopping_ = true;
  // A task may end, and leave the list, while it is being told.
  for (auto task = tasks_.begin(); task != tasks_.end();) {
    auto next = std::next(task);
    task->signal.emit(asio::cancellation_type::all);
    task = next;
  }
}

awaitable<void> TaskGroup::join() {
  cancel();
  while (!tasks_.empty()) {
    boost::system::error_code waited;
    emptied_.expires_after(still_running_report_interval);
    co_await emptied_.async_wait(asio::redirect_error(asio::use_awaitable, waited));
    if (waited) continue;
    for (const auto& task : tasks_) telemetry::warn("task.slow_to_stop", {{"task", task.name}});
    cancel();
  }
}

}  // namespace platform::runtime
