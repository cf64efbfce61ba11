#include "tests/published/contract.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/json/parse.hpp"
#include "tests/published/schema_check.hpp"
#include "tests/published/yaml.hpp"

namespace tests::published {
namespace {

using boost::json::object;
using boost::json::value;
using Breaches = std::vector<std::string>;

std::string_view text(const value& from) { return from.as_string(); }

/// The next segment of a path, which loses it.
std::string_view take_segment(std::string_view& path) {
  const auto end = path.find('/', 1);
  const auto segment = path.substr(0, end);
  path = end == path.npos ? std::string_view{} : path.substr(end);
  return segment;
}

bool fits(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty()) {
    const auto expected = take_segment(pattern);
    const auto segment = take_segment(path);
    if (!expected.starts_with("/{") && expected != segment) return false;
  }
  return pattern.empty() && path.empty();
}

/// The path's item with the most literal pattern that fits; null when there is none.
const object* path_item(const value& openapi, std::string_view path) {
  const object* found = nullptr;
  for (const auto& [pattern, item] : openapi.at("paths").as_object()) {
    if (!fits(pattern, path)) continue;
    const bool is_literal = pattern.find('{') == pattern.npos;
    if (found == nullptr || is_literal) found = &item.as_object();
  }
  return found;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string without_query(const std::string& path) { return path.substr(0, path.find('?')); }

/// What the server refuses before it knows the operation: told in the document's introduction.
bool is_before_any_operation(const object& problem) {
  static const std::set<std::string, std::less<>> codes{
      "malformed_request",    "ambiguous_length",   "malformed_body",    "malformed_target",
      "target_too_long",      "expectation_failed", "headers_too_large", "unknown_method",
      "too_many_connections", "body_too_large",     "no_such_route",     "method_not_allowed"};
  const auto* code = problem.if_contains("code");
  return code && code->is_string() && codes.contains(text(*code));
}

Breaches named(const std::string& what, Breaches found) {
  for (auto& breach : found) breach = what + ": " + breach;
  return found;
}

}  // namespace

const object& resolved(const value& document, const value& node) {
  const auto* reference = node.as_object().if_contains("$ref");
  if (reference == nullptr) return node.as_object();
  return resolved(document, document.at_pointer(text(*reference).substr(1)));
}

Contract::Contract()
    : openapi_(read_yaml_file("contracts/openapi.yaml")),
      asyncapi_(read_yaml_file("contracts/asyncapi.yaml")) {}

const Contract& Contract::read() {
  static const Contract contract;
  return contract;
}

Breaches Contract::breaches_of(const Exchange& exchange) const {
  const auto what =
      exchange.method + ' ' + without_query(exchange.path) + ' ' + std::to_string(exchange.status);
  const bool has_problem = exchange.content_type == "application/problem+json";
  const auto body = base::json::parse(exchange.body).value_or(nullptr);
  if (has_problem) {
    const value problem{{"$ref", "#/components/schemas/Problem"}};
    auto found = breaches(openapi_, problem.as_object(), body);
    if (!found.empty() || is_before_any_operation(body.as_object())) return named(what, found);
  }
  const auto* item = path_item(openapi_, without_query(exchange.path));
  const auto method = exchange.method == "HEAD" ? "get" : lower(exchange.method);
  if (item == nullptr || !item->contains(method)) return {what + ": is not documented"};
  const auto& operation = item->at(method).as_object();
  const auto name =
      std::string{text(operation.at("operationId"))} + ' ' + std::to_string(exchange.status);
  const auto* response =
      operation.at("responses").as_object().if_contains(std::to_string(exchange.status));
  if (response == nullptr) return {name + ": is not a documented status. " + exchange.body};
  const auto* content = resolved(openapi_, *response).if_contains("content");
  if (content == nullptr) {
    return exchange.body.empty() ? Breaches{} : Breaches{name + ": has a body, and should not"};
  }
  const auto* media = content->as_object().if_contains(exchange.content_type);
  if (media == nullptr) return {name + ": is not documented as " + exchange.content_type};
  const auto* schema = media->as_object().if_contains("schema");
  if (schema == nullptr || exchange.method == "HEAD") return {};
  return named(name, breaches(openapi_, schema->as_object(), body));
}

namespace {

const object* message_of(const value& asyncapi, std::string_view type, std::string_view direction) {
  for (const auto& [key, message] : asyncapi.at_pointer("/channels/socket/messages").as_object()) {
    const bool goes_in = std::string_view{key}.starts_with("in_");
    if (goes_in != (direction == "in")) continue;
    if (text(message.at("name")) == type) return &message.as_object();
  }
  return nullptr;
}

}  // namespace

Breaches Contract::breaches_of_frame(const std::string& frame_text,
                                     std::string_view answers) const {
  const auto frame = base::json::parse(frame_text).value_or(nullptr);
  const auto* object_frame = frame.if_object();
  const auto* type = object_frame ? object_frame->if_contains("type") : nullptr;
  if (type == nullptr || !type->is_string()) return {"a frame without a type: " + frame_text};
  const auto name = "frame " + std::string{text(*type)};
  const auto* message = message_of(asyncapi_, text(*type), "out");
  if (message == nullptr) return {name + ": is not documented"};
  auto found = named(name, breaches(asyncapi_, message->at("payload").as_object(), frame));
  const auto* asked = answers.empty() ? nullptr : message_of(asyncapi_, answers, "in");
  const auto* promised = asked ? asked->if_contains("x-answer") : nullptr;
  const auto* data = object_frame->if_contains("data");
  if (text(*type) == "ack" && promised && data) {
    const auto pointer = "/components/schemas/" + std::string{text(*promised)};
    const auto more = named(name + " of " + std::string{answers},
                            breaches(asyncapi_, asyncapi_.at_pointer(pointer).as_object(), *data));
    found.insert(found.end(), more.begin(), more.end());
  }
  return found;
}

}  // namespace tests::published
