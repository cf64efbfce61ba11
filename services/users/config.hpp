#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>

#include "domain/identity/otp.hpp"
#include "platform/config/keys.hpp"
#include "platform/http/server.hpp"
#include "platform/resilience/circuit_breaker.hpp"
#include "platform/resilience/in_flight_limit.hpp"

namespace services::users {

/// Who approves a driver's registration.
enum class DriverApproval : std::uint8_t { automatic, by_operator };
BOOST_DESCRIBE_ENUM(DriverApproval, automatic, by_operator)

/// How one SMS provider is called: see accounts/http_sms.hpp. Without a URL there is none.
struct SmsProvider {
  std::string url;
  std::string token;
  std::string to_field = "to";
  std::string text_field = "text";
  std::string sender_field = "from";
  std::string sender;  ///< Empty: the provider's own.
};

struct SmsConfig {
  SmsProvider primary;
  SmsProvider fallback;
  std::chrono::milliseconds timeout{3'000};
  platform::resilience::BreakerConfig breaker;
};

struct UsersConfig {
  /// Codes are shown on the console and at /dev/inbox, unless there is an SMS provider; plain HTTP
  /// is allowed. Loopback only.
  bool dev = false;

  std::string issuer = "https://nebengjek.local";
  std::string audience = "nebengjek";
  std::chrono::milliseconds access_token_lifetime = std::chrono::minutes{10};
  std::chrono::milliseconds refresh_token_lifetime = std::chrono::days{30};
  /// In which a repeated refresh gets the same successor.
  std::chrono::milliseconds refresh_grace = std::chrono::seconds{10};
  std::chrono::milliseconds clock_leeway = std::chrono::seconds{30};

  /// Keys every OTP and refresh token digest. At least 32 characters.
  std::string secret;
  /// Files with one PEM each. The first signs; all verify.
  std::vector<std::string> signing_key_files;

  std::vector<std::string> allowed_countries{
      "ID"};  ///< ISO 3166; the first one's numbers may be national.
  domain::identity::OtpRules otp;
  SmsConfig sms;
  DriverApproval driver_approval = DriverApproval::by_operator;

  platform::http::ServerConfig http{.drain = std::chrono::seconds{5}};
  int user_requests_per_second = 10;
  int ride_requests_per_minute = 5;
  int anonymous_requests_per_minute = 30;
  int sockets_per_user_max = 3;
  platform::resilience::InFlightConfig in_flight;
  std::chrono::milliseconds call_timeout{2'000};
  std::chrono::milliseconds login_timeout{5'000};
  std::chrono::milliseconds position_flush_interval{50};
};

void declare(platform::config::Section section, UsersConfig& config);

/// What no key can say alone. Each problem is a sentence.
std::vector<std::string> validate(const UsersConfig& config);

}  // namespace services::users
