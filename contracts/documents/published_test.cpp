// The committed documents as a client reads them: what they name exists, what they show is true.

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "contracts/documents/problems.hpp"
#include "contracts/operations.hpp"
#include "tests/published/contract.hpp"
#include "tests/published/schema_check.hpp"

namespace contracts::documents {
namespace {

using boost::json::object;
using boost::json::value;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::published::breaches;
using tests::published::Contract;
using tests::published::resolved;

const value& openapi_yaml() { return Contract::read().openapi(); }
const value& asyncapi_yaml() { return Contract::read().asyncapi(); }

std::string text(const value& from) { return std::string{from.as_string()}; }

/// Calls `look` with each object of the document.
template <class Look>
void walk(const value& node, const Look& look) {
  if (const auto* members = node.if_object()) {
    look(*members);
    for (const auto& [name, member] : *members) walk(member, look);
  } else if (const auto* elements = node.if_array()) {
    for (const auto& element : *elements) walk(element, look);
  }
}

template <class Look>
void for_each_operation(const Look& look) {
  for (const auto& [path, item] : openapi_yaml().at("paths").as_object()) {
    for (const auto& [method, operation] : item.as_object()) {
      SCOPED_TRACE(text(operation.at("operationId")));
      look(std::string{path}, std::string{method}, operation.as_object());
    }
  }
}

void expect_references_lead_somewhere(const value& document) {
  walk(document, [&](const object& node) {
    const auto* reference = node.if_contains("$ref");
    if (reference == nullptr) return;
    EXPECT_NO_THROW(document.at_pointer(text(*reference).substr(1))) << text(*reference);
  });
}

TEST(PublishedDocuments, ReferencesLeadSomewhere) {
  expect_references_lead_somewhere(openapi_yaml());
  expect_references_lead_somewhere(asyncapi_yaml());
}

TEST(PublishedDocuments, EveryRowWithAPathIsThereAsItIsServed) {
  std::set<std::string> expected;
  const auto expect = [&](const OperationRow& row) {
    if (row.path.empty()) return;
    expected.emplace(row.name);
    const auto& item = openapi_yaml().at("paths").as_object().at(row.path).as_object();
    constexpr std::string_view methods[] = {"get", "post", "put", "patch", "delete"};
    const auto& operation = item.at(methods[static_cast<std::size_t>(row.method)]).as_object();
    EXPECT_EQ(text(operation.at("operationId")), row.name);
    EXPECT_TRUE(operation.at("responses").as_object().contains(std::to_string(row.status)));
  };
  std::apply([&](const auto&... operation) { (expect(operation), ...); }, operations::all);
  std::set<std::string> documented;
  for_each_operation([&](const auto&, const auto&, const object& operation) {
    const bool is_operation =
        !text(operation.at("tags").as_array().front()).starts_with("documents");
    if (is_operation) documented.insert(text(operation.at("operationId")));
  });
  documented.erase("open_socket");
  EXPECT_EQ(documented, expected);
}

/// What must be sent: required parameters, and what the body's schema requires.
std::set<std::string> required_of(const object& operation) {
  std::set<std::string> names;
  if (const auto* parameters = operation.if_contains("parameters")) {
    for (const auto& each : parameters->as_array()) {
      const auto& parameter = resolved(openapi_yaml(), each);
      if (parameter.at("required").as_bool()) names.insert(text(parameter.at("name")));
    }
  }
  if (const auto* body = operation.if_contains("requestBody")) {
    const auto& schema =
        resolved(openapi_yaml(), body->at_pointer("/content/application~1json/schema"));
    if (const auto* required = schema.if_contains("required")) {
      for (const auto& name : required->as_array()) names.insert(text(name));
    }
  }
  return names;
}

TEST(PublishedDocuments, RequireWhatTheyWouldMiss) {
  const auto operation = [](std::string_view path, std::string_view method) -> const object& {
    return openapi_yaml().at("paths").at(path).at(method).as_object();
  };
  EXPECT_THAT(required_of(operation("/v1/rides/{ride_id}/start", "post")),
              ElementsAre("pin", "ride_id", "sequence"));
  EXPECT_THAT(required_of(operation("/v1/rides/{ride_id}/complete", "post")),
              ElementsAre("ride_id", "sequence"));
  EXPECT_THAT(required_of(operation("/v1/drivers/nearby", "get")),
              ElementsAre("latitude", "longitude", "vehicle_type"));
  EXPECT_THAT(required_of(operation("/v1/me", "patch")), IsEmpty());
}

std::set<std::string> codes_of(const object& response) {
  std::set<std::string> codes;
  walk(response, [&](const object& node) {
    const auto* allowed = node.if_contains("enum");
    if (allowed == nullptr) return;
    for (const auto& code : allowed->as_array()) codes.insert(text(code));
  });
  return codes;
}

TEST(PublishedDocuments, EveryRejectionIsUnderItsStatus) {
  const auto expect = [&](const OperationRow& row) {
    if (row.path.empty()) return;
    constexpr std::string_view methods[] = {"get", "post", "put", "patch", "delete"};
    const auto& responses = openapi_yaml()
                                .at("paths")
                                .as_object()
                                .at(row.path)
                                .at(methods[static_cast<std::size_t>(row.method)])
                                .at("responses");
    for (const auto rejection : row.rejections) {
      const auto& error = error_of(rejection);
      const auto& response = resolved(openapi_yaml(), responses.at(std::to_string(error.status)));
      EXPECT_THAT(codes_of(response), Contains(std::string{error.code})) << row.name;
    }
  };
  std::apply([&](const auto&... operation) { (expect(operation), ...); }, operations::all);
}

TEST(PublishedDocuments, EveryErrorHasAnExampleThatIsAProblem) {
  const auto& examples = openapi_yaml().at_pointer("/components/examples").as_object();
  const object problem{{"$ref", "#/components/schemas/Problem"}};
  for (const auto& error : all_errors()) {
    const auto& example = examples.at(error.code).as_object().at("value");
    EXPECT_THAT(breaches(openapi_yaml(), problem, example), IsEmpty()) << error.code;
    EXPECT_EQ(text(example.at("code")), error.code);
    EXPECT_EQ(example.at("status"), error.status);
  }
}

/// Everything with a schema and an example beside it.
TEST(PublishedDocuments, ExamplesFitTheSchemasBesideThem) {
  int seen = 0;
  walk(openapi_yaml(), [&](const object& node) {
    const auto* schema = node.if_contains("schema");
    if (schema == nullptr) return;
    std::vector<value> examples;
    if (const auto* one = node.if_contains("example")) examples.push_back(*one);
    if (const auto* several = node.if_contains("examples")) {
      for (const auto& [name, example] : several->as_object()) {
        examples.push_back(resolved(openapi_yaml(), example).at("value"));
      }
    }
    for (const auto& example : examples) {
      ++seen;
      EXPECT_THAT(breaches(openapi_yaml(), schema->as_object(), example), IsEmpty());
    }
  });
  EXPECT_GT(seen, 100);
}

TEST(PublishedDocuments, MessagesFitTheirSchemas) {
  int seen = 0;
  for (const auto& [name, channel] : asyncapi_yaml().at("channels").as_object()) {
    for (const auto& [key, message] : channel.at("messages").as_object()) {
      const auto& example = message.at("examples").as_array().front().at("payload");
      EXPECT_THAT(breaches(asyncapi_yaml(), message.at("payload").as_object(), example), IsEmpty())
          << name << ' ' << key;
      ++seen;
    }
  }
  EXPECT_GT(seen, 50);
}

}  // namespace
}  // namespace contracts::documents
