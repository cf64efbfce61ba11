#include "services/users/edge/documents.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/json/serialize.hpp"
#include "contracts/documents/asyncapi.hpp"
#include "contracts/documents/openapi.hpp"
#include "contracts/documents/pages.hpp"
#include "contracts/documents/yaml.hpp"
#include "platform/security/digest.hpp"
#include "services/users/edge/pages.hpp"

namespace services::users::edge {
namespace {

namespace http = platform::http;
namespace documents = contracts::documents;
using documents::Page;

/// The page runs its own script and style and asks this origin for the contract; nothing else.
constexpr const char* content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct Document {
  Page page;
  std::string body;
  std::string etag;
};

Document document(const Page& page, std::string body) {
  auto etag = '"' + platform::security::sha256_hex(body).substr(0, 32) + '"';
  return {page, std::move(body), std::move(etag)};
}

const std::vector<Document>& all_documents() {
  static const auto all = [] {
    const auto openapi = documents::openapi();
    const auto asyncapi = documents::asyncapi();
    return std::vector{
        document(documents::openapi_yaml, documents::to_yaml(openapi)),
        document(documents::openapi_json, base::json::serialized(openapi)),
        document(documents::asyncapi_yaml, documents::to_yaml(asyncapi)),
        document(documents::asyncapi_json, base::json::serialized(asyncapi)),
        document(documents::docs, std::string{pages("docs.html")}),
        document(documents::docs_style, std::string{pages("docs.css")}),
        document(documents::docs_script, std::string{pages("docs.js")}),
    };
  }();
  return all;
}

}  // namespace

std::optional<http::Response> find_document(const http::Request& request) {
  const auto is_asked = [&](const Page& page) { return page.path == request.path; };
  if (std::ranges::none_of(documents::pages, is_asked)) return {};
  const auto& all = all_documents();
  const auto found = std::ranges::find_if(all, is_asked, &Document::page);
  if (found == all.end()) return {};
  http::Response response{.status = 200,
                          .headers = {{"Content-Type", std::string{found->page.media_type}},
                                      {"Cache-Control", "no-cache"},
                                      {"Content-Security-Policy", content_security_policy},
                                      {"X-Content-Type-Options", "nosniff"},
                                      {"ETag", found->etag}},
                          .body = found->body};
  if (request.headers.find("If-None-Match") == found->etag) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

}  // namespace services::users::edge
