// What is documented is served, and what is served is documented.

#include "services/users/edge/documents.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "contracts/documents/pages.hpp"
#include "services/binding/endpoints.hpp"
#include "tests/published/contract.hpp"

namespace services::users::edge {
namespace {

namespace http = platform::http;
using binding::Endpoints;
using contracts::Role;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

http::Request get(std::string_view path) {
  return {.method = http::Method::get, .path = std::string{path}};
}

/// "/v1/rides/{ride_id}" as somebody would ask for it.
std::string filled(std::string path) {
  for (auto open = path.find('{'); open != path.npos; open = path.find('{')) {
    path.replace(open, path.find('}') - open + 1, "1");
  }
  return path;
}

/// Of the committed document: "POST /v1/requests", without pages and the WebSocket.
std::set<std::string> documented(bool for_staff) {
  std::set<std::string> routes;
  const auto& paths = tests::published::Contract::read().openapi().at("paths").as_object();
  for (const auto& [path, item] : paths) {
    for (const auto& [method, operation] : item.as_object()) {
      const auto tag = operation.at("tags").as_array().front().as_string();
      const bool is_staffs = operation.at("x-role") == "staff";
      if (tag == "documents" || path == "/v1/ws" || is_staffs != for_staff) continue;
      std::string name{method};
      std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
      routes.insert(name + ' ' + std::string{path});
    }
  }
  return routes;
}

bool is_for_staff(const contracts::OperationRow& row) { return row.role == Role::staff; }
bool is_for_phones(const contracts::OperationRow& row) {
  return row.role != Role::staff && row.role != Role::service;
}

std::set<std::string> served(bool for_staff) {
  std::set<std::string> routes;
  const Endpoints endpoints{for_staff ? is_for_staff : is_for_phones};
  for (const auto& endpoint : endpoints.all()) {
    constexpr std::string_view names[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    const auto method = names[static_cast<std::size_t>(endpoint.row->method)];
    routes.insert(std::string{method} + ' ' + std::string{endpoint.row->path});
  }
  return routes;
}

TEST(Documents, NameEveryRouteOfBothPorts) {
  EXPECT_EQ(documented(false), served(false));
  EXPECT_EQ(documented(true), served(true));
}

TEST(Documents, NameNoRouteThatIsNotServed) {
  for (const bool for_staff : {false, true}) {
    const Endpoints endpoints{for_staff ? is_for_staff : is_for_phones};
    for (const auto& route : documented(for_staff)) {
      const auto space = route.find(' ');
      const http::Request request{.method = http::parse_method(route.substr(0, space)).value(),
                                  .path = filled(route.substr(space + 1))};
      EXPECT_TRUE(endpoints.find(request).has_value()) << route;
    }
  }
}

TEST(Documents, AreServedAsTheyAreDocumented) {
  for (const auto& page : contracts::documents::pages) {
    if (page.path == contracts::documents::key_set.path) continue;  // By the one who has the keys.
    const auto response = find_document(get(page.path));
    ASSERT_TRUE(response) << page.path;
    EXPECT_EQ(response->headers.find("Content-Type"), page.media_type);
    EXPECT_THAT(response->body, Not(IsEmpty())) << page.path;
    const auto& contract = tests::published::Contract::read();
    EXPECT_THAT(contract.breaches_of({"GET", std::string{page.path}, 200,
                                      std::string{page.media_type}, response->body}),
                IsEmpty());
  }
}

TEST(Documents, AreNotSentTwice) {
  const auto first = find_document(get("/openapi.yaml")).value();
  auto again = get("/openapi.yaml");
  again.headers.set("If-None-Match", std::string{first.headers.find("ETag").value()});
  const auto second = find_document(again).value();
  EXPECT_EQ(second.status, 304);
  EXPECT_THAT(second.body, IsEmpty());
}

TEST(Documents, LetThePageRunNothingOfOthers) {
  const auto page = find_document(get("/docs")).value();
  const std::string policy{page.headers.find("Content-Security-Policy").value()};
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  EXPECT_THAT(page.body, Not(HasSubstr("style=\"")));
  EXPECT_THAT(page.body, Not(HasSubstr("://")));
}

TEST(Documents, AreNothingElse) { EXPECT_FALSE(find_document(get("/v1/me"))); }

}  // namespace
}  // namespace services::users::edge
