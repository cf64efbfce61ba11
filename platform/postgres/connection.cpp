#include "platform/postgres/connection.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <libpq-fe.h>
#include <poll.h>

#include "base/assert.hpp"
#include "platform/postgres/copy_text.hpp"
#include "platform/postgres/errors.hpp"
#include "platform/postgres/stopwatch.hpp"

namespace platform::postgres {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr telemetry::HistogramFamily statement_seconds{
    "nebengjek_postgres_statement_seconds", "From sending a statement to its answer", {"query"}};

Deadline from_now(std::chrono::milliseconds limit) {
  return std::chrono::steady_clock::now() + limit;
}

bool is_address(const std::string& host) {
  boost::system::error_code no_address;
  asio::ip::make_address(host, no_address);
  return !no_address;
}

/// The addresses of `host`, separated by commas: libpq itself would wait for the name server.
awaitable<std::string> addresses_of(std::string host) {
  if (host.starts_with('/')) co_return "";
  if (is_address(host)) co_return host;
  tcp::resolver resolver{co_await asio::this_coro::executor};
  boost::system::error_code unknown;
  const auto found =
      co_await resolver.async_resolve(host, "", asio::redirect_error(asio::use_awaitable, unknown));
  if (unknown) throw Unavailable{host + ": " + unknown.message()};
  std::string addresses;
  for (const auto& entry : found) {
    addresses += (addresses.empty() ? "" : ",") + entry.endpoint().address().to_string();
  }
  co_return addresses;
}

/// libpq may take another socket at any step, so each wait has its own registration.
awaitable<bool> ready_once(const Handle& handle, Readiness readiness, Deadline deadline) {
  BorrowedSocket socket{co_await asio::this_coro::executor, PQsocket(handle.get())};
  co_return co_await socket.ready(readiness, deadline);
}

awaitable<void> finish_connecting(const Handle& handle, Deadline deadline) {
  auto wanted = PGRES_POLLING_WRITING;
  while (wanted != PGRES_POLLING_OK) {
    if (wanted == PGRES_POLLING_FAILED) throw Unavailable{last_message(handle)};
    const auto readiness =
        wanted == PGRES_POLLING_READING ? Readiness::wait_read : Readiness::wait_write;
    if (!co_await ready_once(handle, readiness, deadline)) {
      throw Unavailable{"the database did not accept a connection in time"};
    }
    wanted = PQconnectPoll(handle.get());
  }
}

std::vector<const char*> values_of(const std::vector<Text>& parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const auto& text : parameters) values.push_back(text ? text->c_str() : nullptr);
  return values;
}

/// libpq takes texts that end with a zero: one inside would cut the rest off unnoticed.
bool has_zero(const Text& text) { return text && text->contains('\0'); }

}  // namespace

awaitable<std::unique_ptr<Connection>> Connection::open(const PoolConfig& config) {
  const auto deadline = from_now(config.connect_timeout);
  auto handle = start_connecting(config, co_await addresses_of(config.host));
  co_await finish_connecting(handle, deadline);
  co_return std::make_unique<Connection>(co_await asio::this_coro::executor, std::move(handle),
                                         config.answer_timeout);
}

Connection::Connection(const asio::any_io_executor& executor, Handle handle,
                       std::chrono::milliseconds answer_timeout)
    : handle_(std::move(handle)),
      socket_(executor, PQsocket(handle_.get())),
      answer_timeout_(answer_timeout) {
  PQsetnonblocking(handle_.get(), 1);
  PQenterPipelineMode(handle_.get());
}

Connection::State Connection::state() const {
  if (answer_outstanding_ || outdated_) return State::broken;
  switch (PQtransactionStatus(handle_.get())) {
    case PQTRANS_IDLE: return State::idle;
    case PQTRANS_INTRANS: return State::in_transaction;
    case PQTRANS_INERROR: return State::in_failed_transaction;
    case PQTRANS_ACTIVE:
    case PQTRANS_UNKNOWN: return State::broken;
  }
  NEBENGJEK_UNREACHABLE("libpq has five transaction states");
}

// Unasked, a server says nothing but that it ends.
bool Connection::has_hung_up() const {
  pollfd socket{.fd = PQsocket(handle_.get()), .events = POLLIN, .revents = 0};
  return PQstatus(handle_.get()) != CONNECTION_OK || poll(&socket, 1, 0) != 0;
}

awaitable<Rows> Connection::run(std::vector<Statement> statements) {
  for (const auto& statement : statements) check(statement);
  start(statements.back().query.name);
  const Stopwatch stopwatch{statement_seconds.with(current_)};
  const auto questions = queue(statements);
  co_await flush();
  const auto results = co_await answers();
  remember_prepared(questions, results);
  outdated_ = std::ranges::any_of(results, has_outdated_plan);
  for (const auto& result : results) throw_if_failed(result, current_);
  co_return to_rows(results.back());
}

void Connection::check(const Statement& statement) const {
  const auto known = prepared_.find(statement.query.name);
  if (known != prepared_.end() && known->second != statement.query.text) {
    throw StatementFailed{known->first + ": two statements have this name"};
  }
  if (std::ranges::any_of(statement.parameters, has_zero)) {
    throw StatementFailed{std::string{statement.query.name} + ": a text has a zero in it"};
  }
}

std::vector<Connection::Question> Connection::queue(const std::vector<Statement>& statements) {
  std::vector<Question> questions;
  for (const auto& [query, parameters] : statements) {
    const std::string name{query.name};
    if (!prepared_.contains(query.name)) {
      must(PQsendPrepare(handle_.get(), name.c_str(), std::string{query.text}.c_str(), 0, nullptr));
      questions.push_back({.query = query, .prepares = true});
    }
    const auto values = values_of(parameters);
    must(PQsendQueryPrepared(handle_.get(), name.c_str(), static_cast<int>(values.size()),
                             values.data(), nullptr, nullptr, 0));
    questions.push_back({.query = query});
  }
  must(PQpipelineSync(handle_.get()));
  return questions;
}

/// One result for each question, one more if the commit at the end fails, and the end's mark.
awaitable<std::vector<Result>> Connection::answers() {
  std::vector<Result> results;
  while (true) {
    auto result = co_await next_result();
    if (!result) continue;  // libpq ends each question's results so.
    if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) break;
    results.push_back(std::move(result));
  }
  answer_outstanding_ = false;
  co_return results;
}

// A statement stays prepared even if its transaction fails.
void Connection::remember_prepared(const std::vector<Question>& questions,
                                   const std::vector<Result>& results) {
  for (std::size_t i = 0; i < std::min(questions.size(), results.size()); ++i) {
    const auto& [query, prepares] = questions[i];
    if (prepares && PQresultStatus(results[i].get()) == PGRES_COMMAND_OK) {
      prepared_.emplace(query.name, query.text);
    }
  }
}

// libpq has no COPY in pipeline mode.
awaitable<void> Connection::copy_in(std::string table_and_columns,
                                    std::vector<std::vector<Text>> rows) {
  start("COPY " + table_and_columns);
  must(PQexitPipelineMode(handle_.get()));
  const auto result = co_await send_copy(current_ + " FROM STDIN", rows);
  must(PQenterPipelineMode(handle_.get()));
  answer_outstanding_ = false;
  throw_if_failed(result, current_);
}

/// The outcome of the COPY; its results are read to the end, however it went.
awaitable<Result> Connection::send_copy(std::string command,
                                        const std::vector<std::vector<Text>>& rows) {
  must(PQsendQuery(handle_.get(), command.c_str()));
  co_await flush();
  auto outcome = co_await next_result();
  if (PQresultStatus(outcome.get()) == PGRES_COPY_IN) {
    co_await send_lines(rows);
    outcome = co_await next_result();
  }
  while (co_await next_result()) continue;
  co_return outcome;
}

awaitable<void> Connection::send_lines(const std::vector<std::vector<Text>>& rows) {
  for (const auto& row : rows) {
    const auto line = copy_line(row);
    int sent = 0;
    while ((sent = PQputCopyData(handle_.get(), line.data(), static_cast<int>(line.size()))) == 0) {
      co_await wait(Readiness::wait_write);
    }
    must(sent > 0);
  }
  int ended = 0;
  while ((ended = PQputCopyEnd(handle_.get(), nullptr)) == 0) co_await wait(Readiness::wait_write);
  must(ended > 0);
  co_await flush();
}

void Connection::start(std::string_view what) {
  NEBENGJEK_ASSERT(!answer_outstanding_);
  current_ = what;
  deadline_ = from_now(answer_timeout_);
  answer_outstanding_ = true;
}

void Connection::must(int libpq_result) const {
  if (libpq_result) return;
  const auto message = current_ + ": " + last_message(handle_);
  if (PQstatus(handle_.get()) == CONNECTION_BAD) throw Unavailable{message};
  throw StatementFailed{message};
}

awaitable<void> Connection::wait(Readiness readiness) {
  if (co_await socket_.ready(readiness, deadline_)) co_return;
  throw Unavailable{current_ + ": the database did not answer in time"};
}

awaitable<void> Connection::flush() {
  int pending = 0;
  while ((pending = PQflush(handle_.get())) == 1) co_await wait(Readiness::wait_write);
  must(pending == 0);
}

awaitable<Result> Connection::next_result() {
  while (PQisBusy(handle_.get())) {
    co_await wait(Readiness::wait_read);
    must(PQconsumeInput(handle_.get()));
  }
  Result result{PQgetResult(handle_.get())};
  if (!result) must(PQstatus(handle_.get()) == CONNECTION_OK);
  co_return result;
}

}  // namespace platform::postgres
