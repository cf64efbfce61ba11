// What must hold of every row, however many there will be.

#include "contracts/operations.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <gmock/gmock.h>

#include "base/json/enums.hpp"
#include "contracts/errors.hpp"

namespace contracts {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::MatchesRegex;
using testing::Not;

/// A row, and what its request looks like.
struct Described {
  const OperationRow* row;
  boost::json::object request;
};

const std::vector<Described>& all_rows() {
  static const auto rows = [] {
    std::vector<Described> described;
    const auto add = [&](const auto& operation) {
      using Request = typename std::decay_t<decltype(operation)>::Request;
      described.push_back({&operation, base::json::schema_of<Request>()});
    };
    std::apply([&](const auto&... operation) { (add(operation), ...); }, operations::all);
    return described;
  }();
  return rows;
}

void for_each_row(const std::function<void(const OperationRow&)>& look) {
  for (const auto& each : all_rows()) {
    SCOPED_TRACE(each.row->name);
    look(*each.row);
  }
}

/// "{ride_id}" -> "ride_id", of all segments that are parameters.
std::vector<std::string> parameters_of(std::string_view path) {
  std::vector<std::string> parameters;
  for (auto open = path.find('{'); open != path.npos; open = path.find('{', open + 1)) {
    parameters.emplace_back(path.substr(open + 1, path.find('}', open) - open - 1));
  }
  return parameters;
}

void expect_unique(const std::function<std::string(const OperationRow&)>& key) {
  std::set<std::string> seen;
  for_each_row([&](const OperationRow& row) {
    const auto found = key(row);
    if (!found.empty()) EXPECT_TRUE(seen.insert(found).second) << found;
  });
}

TEST(Operations, NamesPathsFramesAndSubjectsAreUnique) {
  expect_unique([](const OperationRow& row) { return std::string{row.name}; });
  expect_unique([](const OperationRow& row) { return std::string{row.frame}; });
  expect_unique([](const OperationRow& row) { return std::string{row.subject}; });
  expect_unique([](const OperationRow& row) {
    const auto method = std::to_string(static_cast<int>(row.method));
    return row.path.empty() ? "" : method + ' ' + std::string{row.path};
  });
}

TEST(Operations, AreSpelledAlike) {
  for_each_row([](const OperationRow& row) {
    EXPECT_THAT(std::string{row.name}, MatchesRegex("[a-z]+(_[a-z]+)*"));
    EXPECT_THAT(std::string{row.subject}, MatchesRegex("[a-z]+\\.[a-z]+(_[a-z]+)*"));
    EXPECT_THAT(std::string{row.frame}, MatchesRegex("([a-z]+\\.[a-z]+(_[a-z]+)*)?"));
  });
}

TEST(Operations, TheSubjectIsTheOwners) {
  for_each_row([](const OperationRow& row) {
    const auto owner = std::string{base::json::name_of(row.owner)};
    EXPECT_TRUE(row.subject.starts_with(owner + '.')) << row.subject;
  });
}

TEST(Operations, WhoMayCallDecidesWhereItIsFound) {
  for_each_row([](const OperationRow& row) {
    const bool by_staff = row.role == Role::staff;
    const bool by_services = row.role == Role::service;
    EXPECT_EQ(row.path.empty(), by_services);
    EXPECT_EQ(row.path.starts_with("/admin/v1/"), by_staff);
    EXPECT_EQ(row.path.starts_with("/v1/"), !by_staff && !by_services);
    EXPECT_EQ(row.scope.empty(), !by_staff);
  });
}

TEST(Operations, FramesAreForThoseWhoHaveLoggedInAndChangeSomething) {
  for_each_row([](const OperationRow& row) {
    if (row.frame.empty()) return;
    EXPECT_TRUE(row.changes_something());
    EXPECT_TRUE(row.role == Role::user || row.role == Role::driver);
  });
}

TEST(Operations, SayWhatTheyDo) {
  for_each_row([](const OperationRow& row) {
    EXPECT_THAT(std::string{row.summary}, MatchesRegex("[A-Z].*[^.]"));
  });
}

TEST(Operations, SucceedWithAStatusOfSuccess) {
  for_each_row([](const OperationRow& row) { EXPECT_THAT(row.status, AnyOf(200, 201, 202, 204)); });
}

TEST(Operations, NameEachRejectionOnce) {
  for_each_row([](const OperationRow& row) {
    const std::set<domain::Rejection> different(row.rejections.begin(), row.rejections.end());
    EXPECT_EQ(static_cast<std::ptrdiff_t>(different.size()),
              row.rejections.end() - row.rejections.begin());
  });
}

TEST(Operations, PathParametersAreRequiredMembersOfTheRequest) {
  for (const auto& [row, request] : all_rows()) {
    SCOPED_TRACE(row->name);
    for (const auto& parameter : parameters_of(row->path)) {
      EXPECT_THAT(request.at("required").as_array(), Contains(boost::json::value(parameter)));
    }
  }
}

/// What a URL can carry: no lists and no objects.
TEST(Operations, AQuestionOverHttpFitsAQuery) {
  for (const auto& [row, request] : all_rows()) {
    if (row->changes_something() || row->path.empty()) continue;
    SCOPED_TRACE(row->name);
    for (const auto& [name, schema] : request.at("properties").as_object()) {
      EXPECT_THAT(schema.at("type").as_string(), Not(AnyOf("array", "object"))) << name;
    }
  }
}

}  // namespace
}  // namespace contracts
