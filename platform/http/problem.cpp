#include "platform/http/problem.hpp"

#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace platform::http {
namespace {

namespace json = boost::json;

json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

void add_text(json::object& object, json::string_view name, std::string_view text) {
  if (!text.empty()) object[name] = view(text);
}

json::array list(const base::json::Problems& errors) {
  json::array all;
  for (const auto& error : errors) {
    all.push_back(json::object{{"field", view(error.path)}, {"message", view(error.message)}});
  }
  return all;
}

}  // namespace

Response problem(int status, std::string_view code, std::string_view title, std::string_view detail,
                 const base::json::Problems& errors, std::string_view trace_id) {
  json::object body;
  body["type"] = "urn:nebengjek:problem:" + std::string{code};
  body["status"] = status;
  add_text(body, "code", code);
  add_text(body, "title", title);
  add_text(body, "detail", detail);
  if (!errors.empty()) body["errors"] = list(errors);
  add_text(body, "trace_id", trace_id);
  return {.status = status,
          .headers = {{"Content-Type", "application/problem+json"}},
          .body = json::serialize(body)};
}

}  // namespace platform::http
