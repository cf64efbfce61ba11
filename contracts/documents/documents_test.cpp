// The committed documents are what the code says, and what they show is true.

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include "contracts/documents/asyncapi.hpp"
#include "contracts/documents/catalogue.hpp"
#include "contracts/documents/openapi.hpp"
#include "contracts/documents/yaml.hpp"
#include "contracts/events.hpp"
#include "contracts/operations.hpp"
#include "tests/published/schema_check.hpp"

namespace contracts::documents {
namespace {

using boost::json::object;
using boost::json::value;
using testing::IsEmpty;

std::string content_of(const std::string& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Where they part, with what surrounds it; empty when they are the same.
std::string difference(const std::string& committed, const std::string& made) {
  if (committed == made) return "";
  const auto before = lines_of(committed);
  const auto after = lines_of(made);
  const auto [left, right] = std::ranges::mismatch(before, after);
  const auto at = left - before.begin();
  std::string text = "they part at line " + std::to_string(at + 1) + ":\n";
  for (auto line = left - std::min<std::ptrdiff_t>(at, 6); line != left; ++line) {
    text += "    " + *line + '\n';
  }
  constexpr std::ptrdiff_t shown = 8;
  std::for_each(left, left + std::min(shown, before.end() - left),
                [&](const auto& line) { text += "  - " + line + '\n'; });
  std::for_each(right, right + std::min(shown, after.end() - right),
                [&](const auto& line) { text += "  + " + line + '\n'; });
  return text;
}

constexpr std::string_view how =
    "./dev contract writes what the code says; look at it with git diff.";

TEST(Documents, OpenapiIsWhatTheCodeSays) {
  EXPECT_EQ(difference(content_of("contracts/openapi.yaml"), to_yaml(openapi())), "") << how;
}

TEST(Documents, AsyncapiIsWhatTheCodeSays) {
  EXPECT_EQ(difference(content_of("contracts/asyncapi.yaml"), to_yaml(asyncapi())), "") << how;
}

/// What a reader of the code finds declared, whether or not it is in the list of all.
TEST(Documents, NoEventIsForgotten) {
  std::set<std::string> listed;
  for (const auto& event : all_events()) listed.emplace(event.type);
  const auto header = content_of("contracts/events.hpp");
  const std::regex declaration{R"rx(inline constexpr EventKind<\w+>\s+\w+\{"([a-z_.]+)")rx"};
  std::set<std::string> declared;
  for (std::sregex_iterator each{header.begin(), header.end(), declaration};
       each != std::sregex_iterator{}; ++each) {
    declared.insert((*each)[1]);
  }
  EXPECT_EQ(listed, declared) << "events::all in contracts/events.hpp lists every event";
}

template <class T>
std::string problems_of(const value& example) {
  const auto decoded = base::json::decode<T>(example);
  return decoded ? "" : base::json::to_string(decoded.error());
}

constexpr std::string_view give_one = "give it a value in contracts/documents/examples.cpp";

/// The one that a reader copies from the page is taken.
TEST(Examples, AreDecodedByTheTypesThatTheyShow) {
  const auto look = [](const auto& operation) {
    using Operation = std::decay_t<decltype(operation)>;
    const auto context = operation.name;
    using Request = typename Operation::Request;
    using Answer = typename Operation::Answer;
    EXPECT_EQ(problems_of<Request>(example_of<Request>(context)), "")
        << context << ": " << give_one;
    EXPECT_EQ(problems_of<Answer>(example_of<Answer>(context)), "") << context << ": " << give_one;
  };
  std::apply([&](const auto&... operation) { (look(operation), ...); }, operations::all);
}

TEST(Examples, OfEventsAreDecodedToo) {
  const auto look = [](const auto& kind) {
    using Payload = typename std::decay_t<decltype(kind)>::Payload;
    EXPECT_EQ(problems_of<Payload>(example_of<Payload>(kind.type)), "")
        << kind.type << ": " << give_one;
  };
  std::apply([&](const auto&... kind) { (look(kind), ...); }, events::all);
}

void expect_fit(std::string_view name, const PayloadType& type) {
  EXPECT_THAT(tests::published::breaches({}, type.schema, type.example), IsEmpty())
      << name << ' ' << type.name;
}

TEST(Examples, FitTheirSchemas) {
  for (const auto& operation : all_operations()) {
    expect_fit(operation.row->name, operation.request);
    expect_fit(operation.row->name, operation.answer);
  }
  for (const auto& event : all_events()) expect_fit(event.type, event.payload);
}

}  // namespace
}  // namespace contracts::documents
