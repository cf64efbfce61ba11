#include "platform/telemetry/log.hpp"

#include <memory>
#include <span>
#include <utility>

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "base/assert.hpp"
#include "platform/telemetry/log_line.hpp"
#include "platform/telemetry/trace.hpp"

namespace platform::telemetry {
namespace {

constexpr std::size_t waiting_lines_max = 8192;
constexpr auto json_pattern = R"({"at":"%Y-%m-%dT%H:%M:%S.%eZ",%v})";
constexpr auto text_pattern = "%H:%M:%S.%e %v";

std::unique_ptr<spdlog::formatter> formatter_for(LogFormat format) {
  if (format == LogFormat::text) return std::make_unique<spdlog::pattern_formatter>(text_pattern);
  return std::make_unique<spdlog::pattern_formatter>(json_pattern, spdlog::pattern_time_type::utc);
}

std::shared_ptr<spdlog::sinks::sink> stderr_sink(LogFormat format) {
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  sink->set_formatter(formatter_for(format));
  return sink;
}

/// Where lines go. Until logging is configured, straight to stderr.
struct Output {
  LogConfig config;
  std::shared_ptr<spdlog::details::thread_pool> writer;
  std::shared_ptr<spdlog::logger> logger =
      std::make_shared<spdlog::logger>("nebengjek", stderr_sink(LogFormat::json));
};

Output& output() {
  static Output output;
  return output;
}

Origin& origin_of_this_thread() {
  thread_local Origin origin;
  return origin;
}

std::string spelled(LogFormat format, Level level, std::string_view event,
                    std::span<const Field> fields) {
  const auto spell = format == LogFormat::text ? &text_log_line : &json_log_line;
  return spell(level, event, origin_of_this_thread(), fields);
}

}  // namespace

void configure_logging(const LogConfig& config) {
  auto& current = output();
  NEBENGJEK_ASSERT(!current.writer);
  current.config = config;
  current.writer = std::make_shared<spdlog::details::thread_pool>(waiting_lines_max, 1);
  current.logger = std::make_shared<spdlog::async_logger>(
      "nebengjek", stderr_sink(config.format), current.writer,
      spdlog::async_overflow_policy::overrun_oldest);
}

void log_as(std::string role, std::string instance) {
  origin_of_this_thread() = {.role = std::move(role), .instance = std::move(instance)};
}

std::uint64_t log_lines_dropped() {
  const auto& writer = output().writer;
  return writer ? writer->overrun_counter() : 0;
}

void log(Level level, std::string_view event, std::initializer_list<Field> fields) {
  auto& current = output();
  if (level < current.config.level) return;
  current.logger->log(spdlog::level::info, spelled(current.config.format, level, event, fields));
}

Field trace(std::string_view traceparent) {
  const auto context = parse_traceparent(traceparent);
  if (!context) return {"trace_id", FieldValue{}};
  return {"trace_id", context->trace_id_text()};
}

}  // namespace platform::telemetry
