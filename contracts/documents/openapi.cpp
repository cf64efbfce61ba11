#include "contracts/documents/openapi.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>

#include "base/assert.hpp"
#include "contracts/documents/catalogue.hpp"
#include "contracts/documents/pages.hpp"
#include "contracts/documents/problems.hpp"
#include "contracts/documents/schemas.hpp"
#include "contracts/errors.hpp"
#include "contracts/operations.hpp"
#include "contracts/payments.hpp"
#include "contracts/snapshot.hpp"

namespace contracts::documents {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using std::string_literals::operator""s;

constexpr const char* about = R"(The complete backend of a ride-hailing operator.

- Bodies are JSON in snake_case; times are RFC 3339 in UTC; ids are UUIDs; money is a whole number of
  the smallest unit in use (rupiah, cents) with its currency.
- A request with a field that is not known is refused. An answer may get new fields at any time:
  ignore those that you don't know.
- Free text must not contain control characters.
- Everything that changes something takes an `Idempotency-Key`, but for logging in: the same key gives
  the same answer and one effect, however often it is sent. After a timeout or a 503, send it again.
- Every error is `application/problem+json`. Its `code` is the contract; its sentences may be reworded.
- What the server can't read as HTTP at all is a problem too: `malformed_request`,
  `ambiguous_length`, `malformed_body`, `malformed_target` (400), `target_too_long` (414),
  `expectation_failed` (417), `headers_too_large` (431), `unknown_method` (501),
  `too_many_connections` (503). An unknown address is `no_such_route` (404), a method that an address
  does not have `method_not_allowed` (405).
- What happens without being asked for comes over the WebSocket: see asyncapi.yaml.)";

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get: return "get";
    case Method::post: return "post";
    case Method::put: return "put";
    case Method::patch: return "patch";
    case Method::del: return "delete";
  }
  NEBENGJEK_UNREACHABLE("a method without a case");
}

std::string_view name_of(Role role) {
  switch (role) {
    case Role::anyone: return "anyone";
    case Role::user: return "user";
    case Role::driver: return "driver";
    case Role::staff: return "staff";
    case Role::service: return "service";
  }
  NEBENGJEK_UNREACHABLE("a role without a case");
}

array security_of(const OperationRow& row) {
  switch (row.role) {
    case Role::anyone: return {};
    case Role::user:
    case Role::driver: return {object{{"access_token", array{}}}};
    case Role::staff: return {object{{"api_key", array{boost::json::string_view{row.scope}}}}};
    case Role::service: break;
  }
  NEBENGJEK_UNREACHABLE("services don't call over HTTP");
}

bool is_in_path(const OperationRow& row, std::string_view member) {
  return row.path.find('{' + std::string{member} + '}') != row.path.npos;
}

bool is_required(const object& schema, std::string_view member) {
  const auto* required = schema.if_contains("required");
  return required != nullptr &&
         std::ranges::count(required->as_array(), value(boost::json::string_view{member})) > 0;
}

/// A struct's schema without the members that travel in the path.
object body_schema(const OperationRow& row, const PayloadType& request) {
  auto schema = request.schema;
  auto& properties = schema.at("properties").as_object();
  array required;
  for (const auto& [name, member] : request.schema.at("properties").as_object()) {
    if (is_in_path(row, name)) {
      properties.stable_erase(properties.find(name));
    } else if (is_required(request.schema, name)) {
      required.emplace_back(name);
    }
  }
  const bool is_whole = properties.size() == request.schema.at("properties").as_object().size();
  if (is_whole) return schema;
  schema["required"] = std::move(required);
  if (schema.at("required").as_array().empty()) schema.erase("required");
  return schema;
}

object without_path(const OperationRow& row, const value& example) {
  object rest;
  for (const auto& [name, member] : example.as_object()) {
    if (!is_in_path(row, name)) rest.emplace(name, member);
  }
  return rest;
}

class Document {
 public:
  Document() {
    schemas_.referring(base::json::schema_of<Problem>());
    schemas_.referring(base::json::schema_of<contracts::Document>());
    for (const auto& operation : all_operations()) {
      if (!operation.row->path.empty()) add(operation);
    }
    add_socket();
    for (const auto& page : pages) add(page);
  }

  object text() const {
    return {{"openapi", "3.1.0"},
            {"info", info()},
            {"servers", array{object{{"url", "http://127.0.0.1:8080"},
                                     {"description", "`./dev up` on this machine"}}}},
            {"tags", tags()},
            {"paths", paths_},
            {"components", components()}};
  }

 private:
  static object info() {
    return {{"title", "NebengJek"},
            {"version", "1"},
            {"summary", "Ride-hailing: accounts, drivers, requests, rides, fares, payments"},
            {"description", about},
            {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}};
  }

  static array tags() {
    return {object{{"name", "users"}, {"description", "Accounts, login, drivers"}},
            object{{"name", "match"}, {"description", "Beacons, requests, proposals"}},
            object{{"name", "rides"}, {"description", "The ride, its fare, paying for it"}},
            object{{"name", "location"}, {"description", "Who is where"}},
            object{{"name", "documents"}, {"description", "Keys, and what you are reading"}}};
  }

  void add(CatalogueOperation operation) {
    const auto& row = *operation.row;
    const bool is_signed = operation.request.name == base::json::type_name<SignedMessage>();
    if (is_signed) operation.request = payload_type<ProviderNotice>(row.name);
    object described{{"operationId", boost::json::string_view{row.name}},
                     {"tags", array{boost::json::string_view{base::json::name_of(row.owner)}}},
                     {"summary", boost::json::string_view{row.summary}},
                     {"x-role", boost::json::string_view{name_of(row.role)}},
                     {"security", security_of(row)}};
    if (!row.frame.empty()) described["x-frame"] = boost::json::string_view{row.frame};
    if (row.role == Role::staff) {
      described["servers"] = array{
          object{{"url", "http://127.0.0.1:9101"}, {"description", "The admin port of users"}}};
    }
    auto parameters = is_signed ? signature_parameters() : parameters_of(operation);
    if (!parameters.empty()) described["parameters"] = std::move(parameters);
    add_body(operation, described);
    described["responses"] = responses_of(operation);
    path(row.path)[name_of(row.method)] = std::move(described);
  }

  /// What is no operation: no token, no types, only a text of some kind.
  void add(const Page& page) {
    object answered{{"description", boost::json::string_view{page.summary}},
                    {"headers",
                     {{"ETag", reference_to("ETag", "headers")},
                      {"Cache-Control", reference_to("CacheControl", "headers")}}},
                    {"content", {{boost::json::string_view{page.media_type}, object{}}}}};
    path(page.path)["get"] = {
        {"operationId", boost::json::string_view{page.name}},
        {"tags", array{"documents"}},
        {"summary", boost::json::string_view{page.summary}},
        {"x-role", "anyone"},
        {"security", array{}},
        {"parameters", array{reference_to("IfNoneMatch", "parameters")}},
        {"responses",
         {{"200", std::move(answered)}, {"304", reference_to("NotModified", "responses")}}}};
  }

  /// The one address that is answered in another protocol.
  void add_socket() {
    const auto problem = [](const ErrorCode& error) {
      return reference_to(error.code, "responses");
    };
    path("/v1/ws")["get"] = {
        {"operationId", "open_socket"},
        {"tags", array{"users"}},
        {"summary", "Open the WebSocket: what comes and goes over it is in asyncapi.yaml"},
        {"x-role", "user"},
        {"security", array{object{{"access_token", array{}}}}},
        {"responses",
         {{"101", {{"description", "The socket is open"}}},
          {"401", problem(errors::unauthenticated)},
          {"503", problem(errors::unavailable)}}}};
  }

  object& path(std::string_view path) {
    auto& at = paths_[path];
    if (!at.is_object()) at.emplace_object();
    return at.as_object();
  }

  array parameters_of(const CatalogueOperation& operation) {
    const auto& row = *operation.row;
    array parameters;
    const auto described = schemas_.members_of(operation.request.schema);
    for (const auto& [name, schema] : described.at("properties").as_object()) {
      const bool in_path = is_in_path(row, name);
      if (!in_path && row.changes_something()) continue;
      parameters.push_back(parameter(name, in_path, in_path || is_required(described, name),
                                     schema.as_object(), operation.request.example.as_object()));
    }
    if (takes_key(row)) {
      parameters.push_back(reference_to("IdempotencyKey", "parameters"));
    } else if (!row.changes_something() && row.role != Role::staff) {
      parameters.push_back(reference_to("IfNoneMatch", "parameters"));
    }
    return parameters;
  }

  /// A signed message travels as it was signed: see SignedMessage.
  static array signature_parameters() {
    const auto header = [](const char* name, const char* description, const char* example) {
      return object{{"name", name},
                    {"in", "header"},
                    {"required", true},
                    {"description", description},
                    {"schema", {{"type", "string"}}},
                    {"example", example}};
    };
    return {
        header("Webhook-Timestamp", "Unix seconds; it must not be old", "1772353800"),
        header("Webhook-Signature",
               "`v1=` and the HMAC-SHA256 in hex, keyed with the shared secret, of the timestamp, "
               "a full stop and the body",
               "v1=5f0c7d1e0b5b2c9f3a4d6e8f7a1b2c3d4e5f60718293a4b5c6d7e8f901234567")};
  }

  static object parameter(std::string_view name, bool in_path, bool required, object schema,
                          const object& example) {
    object described{{"name", boost::json::string_view{name}},
                     {"in", in_path ? "path" : "query"},
                     {"required", required}};
    if (const auto* text = schema.if_contains("description"); text && !schema.contains("$ref")) {
      described["description"] = *text;
      schema.erase("description");
    }
    described["schema"] = std::move(schema);
    if (const auto* value = example.if_contains(name)) described["example"] = *value;
    return described;
  }

  void add_body(const CatalogueOperation& operation, object& described) {
    const auto& row = *operation.row;
    if (!row.changes_something()) return;
    auto schema = body_schema(row, operation.request);
    if (schema.at("properties").as_object().empty()) return;
    const bool required = schema.contains("required");
    const bool is_whole = schema == operation.request.schema;
    if (!is_whole) schema["title"] = std::string{operation.request.name} + "Body";
    object content{
        {"schema", is_whole ? schemas_.referring(schema) : body_component(operation, schema)},
        {"example", without_path(row, operation.request.example)}};
    described["requestBody"] =
        object{{"required", required}, {"content", {{"application/json", std::move(content)}}}};
  }

  /// Its members are described where the whole type is.
  object body_component(const CatalogueOperation& operation, const object& rest) {
    auto schema = rest;
    schema["title"] = boost::json::string_view{operation.request.name};
    schema = schemas_.members_of(schema);
    schema.erase("title");
    return schemas_.add(std::string{operation.request.name} + "Body", std::move(schema));
  }

  object responses_of(const CatalogueOperation& operation) {
    const auto& row = *operation.row;
    const bool cached = !row.changes_something() && row.role != Role::staff;
    object success{{"description", row.status == 204 ? "Done" : "Granted"}};
    auto headers = success_headers(row, cached);
    if (!headers.empty()) success["headers"] = std::move(headers);
    if (row.status != 204) {
      success["content"] = object{{"application/json",
                                   {{"schema", schemas_.referring(operation.answer.schema)},
                                    {"example", operation.answer.example}}}};
    }
    object responses{{std::to_string(row.status), std::move(success)}};
    if (cached) responses["304"] = reference_to("NotModified", "responses");
    for (auto& [status, problem] : problem_responses(row, shared_responses_)) {
      responses.emplace(status, std::move(problem));
    }
    return responses;
  }

  static object success_headers(const OperationRow& row, bool cached) {
    object headers;
    if (cached) headers["ETag"] = reference_to("ETag", "headers");
    if (row.name == operations::get_snapshot.name) {
      headers["X-Degraded"] = reference_to("Degraded", "headers");
    }
    if (row.role == Role::user || row.role == Role::driver) {
      for (const auto* name : {"Limit", "Remaining", "Reset"}) {
        headers["RateLimit-"s + name] = reference_to("RateLimit"s + name, "headers");
      }
    }
    return headers;
  }

  object components() const {
    auto responses = shared_responses_;
    responses["NotModified"] =
        object{{"description", "What you have, under the ETag that you sent, is still so"},
               {"headers", {{"ETag", reference_to("ETag", "headers")}}}};
    return {{"securitySchemes", security_schemes()},
            {"parameters", parameters()},
            {"headers", headers()},
            {"responses", std::move(responses)},
            {"schemas", schemas_.components()},
            {"examples", problem_examples()}};
  }

  static object security_schemes() {
    return {
        {"access_token",
         {{"type", "http"},
          {"scheme", "bearer"},
          {"bearerFormat", "JWT"},
          {"description",
           "Of a login, valid for minutes; `POST /v1/auth/refresh` gives the next one. Operations "
           "for drivers need one whose registration is approved."}}},
        {"api_key",
         {{"type", "http"},
          {"scheme", "bearer"},
          {"description",
           "Of `nebengjek apikey create`, on the admin port, which phones can't reach. It must "
           "have the operation's scope."}}}};
  }

  static object parameters() {
    return {
        {"IdempotencyKey",
         {{"name", "Idempotency-Key"},
          {"in", "header"},
          {"required", false},
          {"description",
           "Yours to choose, unique for each thing that you want done: the same key and body give "
           "the same answer and one effect. Kept for 7 days."},
          {"schema", {{"type", "string"}, {"minLength", 1}, {"maxLength", 128}}},
          {"example", "0192f0c1-3e00-7000-8000-0000000000aa"}}},
        {"IfNoneMatch",
         {{"name", "If-None-Match"},
          {"in", "header"},
          {"required", false},
          {"description", "The ETag of what you have: 304 while that is still so."},
          {"schema", {{"type", "string"}}}}}};
  }

  static object header(std::string_view description, object schema) {
    return {{"description", boost::json::string_view{description}}, {"schema", std::move(schema)}};
  }

  static object headers() {
    const object text{{"type", "string"}};
    const object count{{"type", "integer"}, {"minimum", 0}};
    return {{"ETag", header("Names this version of the answer.", text)},
            {"Degraded",
             header("The services that are out of reach: the answer may be of before.", text)},
            {"CacheControl", header("How long it may be kept.", text)},
            {"RateLimitLimit", header("Requests that may be made in a window.", count)},
            {"RateLimitRemaining", header("How many of them are left.", count)},
            {"RateLimitReset", header("Seconds until the next window.", count)},
            {"RetryAfter", header("Seconds to wait before the next try.", count)}};
  }

  Schemas schemas_;
  object paths_;
  object shared_responses_;
};

}  // namespace

object openapi() { return Document{}.text(); }

}  // namespace contracts::documents
