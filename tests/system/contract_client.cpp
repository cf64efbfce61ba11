#include "tests/system/contract_client.hpp"

#include <algorithm>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/published/contract.hpp"

namespace tests::system {
namespace {

namespace http = platform::http;

/// Of "http://127.0.0.1:8080/v1/me".
std::string path_of(const std::string& url) {
  return url.substr(url.find('/', url.find("//") + 2));
}

/// For those who run the program or develop against it, or of the sandbox; phones are promised
/// nothing of it.
bool is_published(const std::string& path) {
  constexpr std::string_view private_paths[] = {"/dev/", "/healthz", "/readyz", "/metrics",
                                                "/sms/"};
  return std::ranges::none_of(private_paths,
                              [&](std::string_view each) { return path.starts_with(each); });
}

void expect_published(http::Method method, const std::string& path,
                      const http::Response& response) {
  if (!is_published(path)) return;
  const published::Exchange exchange{
      .method = std::string{http::name(method)},
      .path = path,
      .status = response.status,
      .content_type = std::string{response.headers.find("Content-Type").value_or("")},
      .body = response.body};
  for (const auto& breach : published::Contract::read().breaches_of(exchange)) {
    ADD_FAILURE() << "openapi.yaml: " << breach;
  }
}

class CheckedClient final : public http::Client {
 public:
  explicit CheckedClient(std::unique_ptr<http::Client> client) : client_(std::move(client)) {}

  platform::awaitable<http::Response> send(http::Method method, std::string url,
                                           http::Headers headers, std::string body,
                                           std::chrono::milliseconds limit) override {
    const auto path = path_of(url);
    auto response =
        co_await client_->send(method, std::move(url), std::move(headers), std::move(body), limit);
    expect_published(method, path, response);
    const bool asks_to_come_again = response.status == 429 || response.status == 503;
    EXPECT_TRUE(!asks_to_come_again || response.headers.find("Retry-After")) << path;
    co_return response;
  }

  platform::awaitable<void> close() override { return client_->close(); }

 private:
  std::unique_ptr<http::Client> client_;
};

}  // namespace

std::unique_ptr<http::Client> checked(std::unique_ptr<http::Client> client) {
  return std::make_unique<CheckedClient>(std::move(client));
}

void expect_published_frame(const std::string& text, const std::string& answers) {
  for (const auto& breach : published::Contract::read().breaches_of_frame(text, answers)) {
    ADD_FAILURE() << "asyncapi.yaml: " << breach;
  }
}

}  // namespace tests::system
