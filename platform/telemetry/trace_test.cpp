#include "platform/telemetry/trace.hpp"

#include <cstdint>

#include <gtest/gtest.h>

namespace platform::telemetry {
namespace {

constexpr std::string_view sampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

struct Case {
  std::string text;
  bool good;
};

const Case cases[] = {
    {std::string{sampled}, true},
    {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", true},
    {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff", true},  // flags to come
    {"01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true},  // versions to come
    {"cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra", true},

    {"", false},
    {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0", false},
    {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra", false},
    {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011", false},
    {"cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.extra", false},
    {"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false},
    {"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false},
    {"00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01", false},
    {"00-00000000000000000000000000000000-00f067aa0ba902b7-01", false},
    {"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false},
    {"00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false},
    {"00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01", false},
    {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01", false},
};

TEST(Trace, ReadsWhatTheStandardAllows) {
  for (const auto& [text, good] : cases)
    EXPECT_EQ(parse_traceparent(text).has_value(), good) << text;
}

TEST(Trace, TextAndContextAreTheSame) {
  const auto context = parse_traceparent(sampled);
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(context->trace_id_text(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(context->span_id_text(), "00f067aa0ba902b7");
  EXPECT_EQ(context->traceparent(), sampled);
}

TEST(Trace, AChildStaysInTheTrace) {
  std::array<std::uint8_t, TraceContext::random_size> random{};
  for (std::size_t i = 0; i < random.size(); ++i) random[i] = static_cast<std::uint8_t>(i);
  const auto parent = TraceContext::start(random, true);
  const auto child = parent.child(std::span{random}.first<TraceContext::span_id_size>());
  EXPECT_EQ(parent.traceparent(), "00-000102030405060708090a0b0c0d0e0f-1011121314151617-01");
  EXPECT_EQ(child.traceparent(), "00-000102030405060708090a0b0c0d0e0f-0001020304050607-01");
  EXPECT_EQ(parse_traceparent(child.traceparent()), child);
}

}  // namespace
}  // namespace platform::telemetry
