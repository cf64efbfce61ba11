#include "platform/http/response_head.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <string_view>
#include <utility>

namespace platform::http {
namespace {

constexpr std::pair<int, std::string_view> reasons[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {507, "Insufficient Storage"},
};

constexpr std::array<std::string_view, 5> ours = {
    "Connection", "Content-Length", "Date", "Server", "Transfer-Encoding",
};

constexpr std::string_view one_year_of_tls = "max-age=31536000";

std::string_view reason(int status) {
  const auto* found = std::ranges::find(reasons, status, &std::pair<int, std::string_view>::first);
  return found == std::end(reasons) ? "Status" : found->second;
}

bool is_ours(std::string_view name) {
  return std::ranges::any_of(ours, [&](auto each) { return equal_without_case(each, name); });
}

/// "Sun, 06 Nov 1994 08:49:37 GMT". Formatted once a second for each thread.
std::string_view http_date(base::Instant now) {
  thread_local std::array<char, 32> text;
  thread_local std::size_t length = 0;
  thread_local std::time_t formatted = -1;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  if (seconds != formatted) {
    formatted = seconds;
    std::tm broken_down{};
    gmtime_r(&formatted, &broken_down);
    length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &broken_down);
  }
  return {text.data(), length};
}

}  // namespace

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

void append_header(std::string& head, std::string_view name, std::string_view value) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  head.append(name).append(": ");
  std::ranges::replace_copy_if(value, std::back_inserter(head), is_control, ' ');
  head += "\r\n";
}

std::string response_head(const Response& response, const Delivery& delivery) {
  std::string head;
  head.reserve(512);
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(reason(response.status)).append("\r\n");
  for (const auto& [name, value] : response.headers) {
    if (!is_ours(name)) append_header(head, name, value);
  }
  append_header(head, "Date", http_date(delivery.now));
  append_header(head, "Server", "nebengjek");
  if (delivery.secure) append_header(head, "Strict-Transport-Security", one_year_of_tls);
  if (may_have_body(response.status))
    append_header(head, "Content-Length", std::to_string(response.body.size()));
  append_header(head, "Connection", delivery.keep_alive ? "keep-alive" : "close");
  return head += "\r\n";
}

}  // namespace platform::http
