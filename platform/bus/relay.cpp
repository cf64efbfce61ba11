#include "platform/bus/relay.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "base/json/json.hpp"
#include "platform/bus/bell.hpp"
#include "platform/bus/jetstream.hpp"
#include "platform/bus/metrics.hpp"
#include "platform/bus/outbox.hpp"
#include "platform/bus/outbox_server.hpp"
#include "platform/bus/repeat.hpp"
#include "platform/bus/subjects.hpp"
#include "platform/runtime/deadline.hpp"
#include "platform/telemetry/log.hpp"

namespace platform::bus {
namespace {

using namespace std::chrono_literals;

constexpr auto publish_timeout = 1s;
constexpr auto idle_check_interval = 1s;
constexpr auto clean_interval = 60s;
constexpr std::size_t clean_batch_max = 500;

std::int64_t sum(const outbox::Positions& positions) {
  return std::accumulate(positions.begin(), positions.end(), std::int64_t{0});
}

/// Leads when it has the lease, and then numbers and publishes. Its loops share what they know and
/// never wait for one another: a stream that hangs does not hold up the numbering.
class Leader : public std::enable_shared_from_this<Leader> {
 public:
  Leader(runtime::Runtime& runtime, Connection& connection, postgres::Pool& pool,
         RelayConfig config)
      : runtime_(runtime),
        connection_(connection),
        pool_(pool),
        config_(std::move(config)),
        lease_name_("relay." + config_.service),
        publisher_(runtime, connection),
        published_(metrics::published.with(config_.service)),
        unpublished_(metrics::unpublished.with(config_.service)),
        committed_(runtime.executor()),
        numbered_(runtime.executor()),
        stopped_(runtime.executor()) {}

  void start() {
    runtime_.tasks().spawn("relay.lead", [self = shared_from_this()] {
      return with_farewell(self->loop("lead", &Leader::lead), [self] { return self->resign(); });
    });
    spawn("number", &Leader::number);
    spawn("publish", &Leader::publish);
    spawn("announce", &Leader::announce);
    spawn("clean", &Leader::clean);
  }

  bool leads() const { return lease_.has_value(); }

  void wake() { committed_.ring(); }

  void stop() {
    stopping_ = true;
    stopped_.ring();
    committed_.ring();
    numbered_.ring();
  }

 private:
  using Turn = awaitable<void> (Leader::*)();

  awaitable<void> loop(const char* name, Turn turn) {
    auto self = shared_from_this();
    return repeat(
        "relay." + config_.service + '.' + name, runtime_,
        [self, turn] { return (self.get()->*turn)(); }, [self] { return self->stopping_; });
  }

  void spawn(const char* name, Turn turn) {
    runtime_.tasks().spawn(std::string{"relay."} + name, [self = shared_from_this(), name, turn] {
      return self->loop(name, turn);
    });
  }

  awaitable<void> lead() {
    const auto lease =
        co_await acquire_lease(pool_, lease_name_, runtime_.instance(), config_.lease_ttl);
    if (!lease) {
      follow();
    } else if (!lease_ || lease_->fencing_token != lease->fencing_token) {
      co_await begin(*lease);
    }
    co_await stopped_.wait_for(config_.lease_ttl / 3);
  }

  awaitable<void> begin(const Lease& lease) {
    marks_ = co_await outbox::load_marks(pool_);
    noted_ = marks_.published;
    lease_ = lease;
    stream_ready_ = false;
    committed_.ring();
    numbered_.ring();
    telemetry::info("relay.leads", {{"service", config_.service}, {"token", lease.fencing_token}});
  }

  void follow() {
    if (leads()) telemetry::info("relay.follows", {{"service", config_.service}});
    lease_.reset();
    unpublished_.set(0);
  }

  awaitable<void> resign() {
    if (!leads()) co_return;
    follow();
    co_await outbox::store_published(pool_, marks_.published);
    co_await release_lease(pool_, lease_name_, runtime_.instance());
  }

  awaitable<void> number() {
    const bool woken = co_await committed_.wait_for(config_.poll_interval);
    if (!leads()) co_return;
    if (!woken && !outcome_unknown_ && !co_await outbox::has_unnumbered(pool_)) co_return;
    try {
      const auto lease = lease_.value();
      outcome_unknown_ = true;
      const auto rows =
          co_await outbox::number_rows(pool_, lease, config_.batch_max, marks_.numbered);
      outcome_unknown_ = false;
      numbered_.ring();
      if (rows == config_.batch_max) committed_.ring();
    } catch (const outbox::Superseded&) {
      follow();
    }
  }

  bool behind() const { return leads() && marks_.published != marks_.numbered; }

  awaitable<void> publish() {
    if (!behind()) co_await numbered_.wait_for(idle_check_interval);
    if (leads() && !stream_ready_) co_await prepare_stream();
    if (!behind()) co_return;
    const auto marks = marks_;
    const auto events = co_await outbox::unpublished(pool_, marks, config_.batch_max);
    // Nothing there: the stream was away for so long that the rows have been deleted.
    if (events.empty()) marks_.published = marks.numbered;
    const auto stored = co_await publisher_.publish(messages_of(events), publish_timeout);
    published_.add(static_cast<double>(std::ranges::count(stored, true)));
    if (advance(events, stored)) co_return;
    stream_ready_ = false;
    throw Unavailable{"the stream did not take all events"};
  }

  awaitable<void> prepare_stream() {
    co_await ensure_stream(connection_, {.service = config_.service,
                                         .bytes_max = config_.stream_bytes_max,
                                         .replicas = config_.stream_replicas});
    stream_ready_ = true;
  }

  std::vector<Message> messages_of(const std::vector<Numbered>& events) const {
    std::vector<Message> messages;
    messages.reserve(events.size());
    for (const auto& event : events) messages.push_back(to_message(config_.service, event));
    return messages;
  }

  /// Each shard up to its first event that the stream does not hold. True when there is none.
  bool advance(const std::vector<Numbered>& events, const std::vector<bool>& stored) {
    std::array<bool, shard_count> stuck{};
    bool all_stored = true;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const auto shard = events[i].event.shard();
      stuck[shard] = stuck[shard] || !stored[i];
      if (!stuck[shard]) marks_.published[shard] = events[i].position;
      all_stored = all_stored && stored[i];
    }
    return all_stored;
  }

  awaitable<void> announce() {
    co_await runtime::sleep_for(config_.head_interval);
    if (!leads()) co_return;
    const Heads heads{{marks_.numbered.begin(), marks_.numbered.end()}};
    connection_.publish_signal(heads_subject(config_.service), base::json::to_text(heads));
    unpublished_.set(static_cast<double>(sum(marks_.numbered) - sum(marks_.published)));
    if (noted_ == marks_.published) co_return;
    const auto published = marks_.published;
    co_await outbox::store_published(pool_, published);
    noted_ = published;
  }

  awaitable<void> clean() {
    co_await runtime::sleep_for(clean_interval);
    while (leads() && co_await outbox::delete_old(pool_, config_.keep, clean_batch_max) > 0) {
      co_await runtime::sleep_for(config_.poll_interval);
    }
  }

  runtime::Runtime& runtime_;
  Connection& connection_;
  postgres::Pool& pool_;
  const RelayConfig config_;
  const std::string lease_name_;

  std::optional<Lease> lease_;  // While this relay leads.
  outbox::Marks marks_;
  bool outcome_unknown_ = false;  // The last numbering gave no answer, and may have been committed.
  outbox::Positions noted_{};     // What the table says about `published`.
  StreamPublisher publisher_;
  const telemetry::Counter published_;
  const telemetry::Gauge unpublished_;
  bool stream_ready_ = false;

  Bell committed_;
  Bell numbered_;
  Bell stopped_;
  bool stopping_ = false;
};

class RunningRelay final : public Relay {
 public:
  RunningRelay(runtime::Runtime& runtime, Connection& connection, postgres::Pool& pool,
               const RelayConfig& config)
      : connection_(connection),
        wake_subject_(bus::wake_subject(config.service)),
        server_(std::make_shared<OutboxServer>(runtime, connection, pool, config.service)),
        leader_(std::make_shared<Leader>(runtime, connection, pool, config)),
        wakes_(connection.subscribe(wake_subject_, "",
                                    [leader = leader_](const Message&) { leader->wake(); })) {
    server_->start();
    leader_->start();
  }
  ~RunningRelay() override {
    server_->stop();
    leader_->stop();
  }

  void wake() override {
    if (leader_->leads()) {
      leader_->wake();
    } else {
      connection_.publish_signal(wake_subject_, {});
    }
  }

 private:
  Connection& connection_;
  const std::string wake_subject_;
  std::shared_ptr<OutboxServer> server_;
  std::shared_ptr<Leader> leader_;
  std::unique_ptr<Subscription> wakes_;
};

}  // namespace

std::unique_ptr<Relay> start_relay(runtime::Runtime& runtime, Connection& connection,
                                   postgres::Pool& pool, const RelayConfig& config) {
  return std::make_unique<RunningRelay>(runtime, connection, pool, config);
}

}  // namespace platform::bus
