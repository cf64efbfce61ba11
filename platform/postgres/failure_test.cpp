#include "platform/postgres/failure.hpp"

#include <gtest/gtest.h>

namespace platform::postgres {
namespace {

struct Case {
  const char* sqlstate;
  Failure failure;
};

constexpr Case cases[] = {
    {"", Failure::unavailable},
    {"08006", Failure::unavailable},
    {"25006", Failure::unavailable},
    {"53100", Failure::unavailable},
    {"53300", Failure::unavailable},
    {"57014", Failure::unavailable},
    {"57P01", Failure::unavailable},
    {"57P03", Failure::unavailable},
    {"40001", Failure::contended},
    {"40P01", Failure::contended},
    {"55P03", Failure::contended},
    {"23505", Failure::constraint_violated},
    {"23514", Failure::constraint_violated},
    {"42601", Failure::statement_failed},
    {"42501", Failure::statement_failed},
    {"25P02", Failure::statement_failed},
    {"22003", Failure::statement_failed},
};

TEST(Failure, IsDecidedBySqlstate) {
  for (const auto& [sqlstate, failure] : cases) EXPECT_EQ(classify(sqlstate), failure) << sqlstate;
}

}  // namespace
}  // namespace platform::postgres
