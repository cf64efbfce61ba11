#include "services/users/config.hpp"

namespace services::users {

using platform::config::at_least;
using platform::config::between;
using platform::config::not_empty;
using platform::config::Section;

namespace {

constexpr std::size_t secret_size_min = 32;

void declare_http(Section section, UsersConfig& config) {
  auto& http = config.http;
  section.key("address", http.address, "Address that phones are served on");
  section.key("port", http.port, "Port that phones are served on; 0: any", between(0, 65'535));
  section.key("certificate_file", http.certificate_file, "PEM chain; empty: plain HTTP, dev only");
  section.key("private_key_file", http.private_key_file, "PEM private key of the certificate");
  section.key("trusted_proxies", http.trusted_proxies,
              "Addresses whose X-Forwarded headers are believed");
  section.key("allowed_origins", http.allowed_origins,
              "Origins whose pages may open WebSockets; \"*\": all");
  section.key("connections_max", http.connections_max, "Open connections per thread", at_least(1));
  section.key("drain_ms", http.drain,
              "How long phones are still served after readiness has gone, so that load balancers "
              "notice",
              between(0, 600'000));
}

void declare_login(Section section, UsersConfig& config) {
  section.key("issuer", config.issuer, "iss of access tokens", not_empty());
  section.key("audience", config.audience, "aud of access tokens", not_empty());
  section.key("access_token_lifetime_ms", config.access_token_lifetime, "How long they are valid",
              between(1'000, 86'400'000));
  section.key("refresh_token_lifetime_ms", config.refresh_token_lifetime, "How long a login lasts",
              at_least(60'000));
  section.key("refresh_grace_ms", config.refresh_grace,
              "In which a repeated refresh gets the same successor", between(0, 60'000));
  section.secret("secret", config.secret, "Keys the digests of codes and refresh tokens",
                 not_empty());
  section.key("signing_key_files", config.signing_key_files,
              "PEM files of the keys of access tokens; the first signs, all verify", not_empty());
  section.key("allowed_countries", config.allowed_countries,
              "ISO 3166 codes of the countries served; national numbers belong to the first",
              not_empty());
  section.key("driver_approval", config.driver_approval, "Who approves drivers");
}

/// The rules themselves are domain/identity/otp.hpp's.
void declare_otp(Section section, domain::identity::OtpRules& otp) {
  auto& [in_10_minutes, in_an_hour, in_a_day] = otp.per_number;
  section.key("checks_max", otp.checks_max, "Guesses at one code", at_least(1));
  section.key("resend_first_ms", otp.resend_first,
              "Wait before a second code to one number; before each further one twice as long",
              at_least(0));
  section.key("per_number_in_10_minutes", in_10_minutes.count, "Codes to one number", at_least(1));
  section.key("per_number_in_an_hour", in_an_hour.count, "Codes to one number", at_least(1));
  section.key("per_number_in_a_day", in_a_day.count, "Codes to one number", at_least(1));
  section.key("per_address_in_an_hour", otp.per_address.count, "Codes asked for by one address",
              at_least(1));
  section.key("per_prefix_in_10_minutes", otp.per_prefix.count,
              "Codes to numbers that begin alike, against pumping", at_least(1));
  section.key("failures_max", otp.failures_max, "Wrong codes that lock a number for a day",
              at_least(1));
}

void declare_provider(Section section, SmsProvider& provider) {
  section.key("url", provider.url, "Where texts are posted to; empty: no such provider");
  section.secret("token", provider.token, "Sent as Authorization: Bearer; empty: none");
  section.key("to_field", provider.to_field, "Field of the body for the number", not_empty());
  section.key("text_field", provider.text_field, "Field of the body for the text", not_empty());
  section.key("sender_field", provider.sender_field, "Field of the body for the sender",
              not_empty());
  section.key("sender", provider.sender, "Whom the text is from; empty: the provider's own");
}

void declare_sms(Section section, SmsConfig& sms) {
  section.key("timeout_ms", sms.timeout, "Deadline of a call to a provider", at_least(1));
  declare_provider(section.section("primary", "Who sends texts"), sms.primary);
  declare_provider(section.section("fallback", "Who sends what the first does not take"),
                   sms.fallback);
}

void declare_limits(Section section, UsersConfig& config) {
  section.key("user_requests_per_second", config.user_requests_per_second, "Requests of one user",
              at_least(1));
  section.key("ride_requests_per_minute", config.ride_requests_per_minute,
              "Ride requests of one user", at_least(1));
  section.key("anonymous_requests_per_minute", config.anonymous_requests_per_minute,
              "Requests without a token of one address, before its failures count against it",
              at_least(1));
  section.key("sockets_per_user_max", config.sockets_per_user_max,
              "WebSockets of one user; the oldest gives way", at_least(1));
}

void declare_in_flight(Section section, platform::resilience::InFlightConfig& limit) {
  section.key("min", limit.min, "Calls under way per thread that are always let in", at_least(1));
  section.key("max", limit.max, "More are never let in", at_least(1));
  section.key("target_ms", limit.target,
              "Of the mean time that calls take: above it, fewer are let in", at_least(1));
  section.key("window_ms", limit.window, "How often that is looked at", between(10, 10'000));
}

void check_sms(const UsersConfig& config, std::vector<std::string>& problems) {
  if (config.sms.primary.url.empty() && !config.dev) {
    problems.emplace_back(
        "users.sms.primary.url is missing: without an SMS provider there is the development inbox "
        "alone");
  }
  if (config.sms.primary.url.empty() && !config.sms.fallback.url.empty()) {
    problems.emplace_back("users.sms.fallback needs users.sms.primary");
  }
  for (const auto* provider : {&config.sms.primary, &config.sms.fallback}) {
    const bool plain = provider->url.starts_with("http://");
    if (plain && !config.dev) {
      problems.emplace_back("users.sms: " + provider->url + " must be https://, it carries codes");
    }
  }
}

}  // namespace

void declare(Section section, UsersConfig& config) {
  section.key(
      "dev", config.dev,
      "DEVELOPMENT ONLY: codes are shown on the console and at /dev/inbox, plain HTTP is allowed");
  declare_login(section, config);
  declare_otp(section.section("otp", "How often codes are sent and guessed"), config.otp);
  declare_sms(section.section("sms", "Who sends codes"), config.sms);
  declare_limits(section, config);
  declare_in_flight(section.section("in_flight", "How much is done at once; the rest gets 503"),
                    config.in_flight);
  section.key("call_timeout_ms", config.call_timeout, "Deadline of a command", at_least(1));
  section.key("login_timeout_ms", config.login_timeout, "Deadline of a login", at_least(1));
  section.key("position_flush_interval_ms", config.position_flush_interval,
              "How long positions are collected before they are sent on", between(1, 1'000));
  declare_http(section.section("http", "Where phones are served"), config);
}

std::vector<std::string> validate(const UsersConfig& config) {
  std::vector<std::string> problems;
  const bool loopback = config.http.address == "127.0.0.1" || config.http.address == "::1";
  if (config.secret.size() < secret_size_min) {
    problems.emplace_back("users.secret must have at least 32 characters");
  }
  if (config.in_flight.min > config.in_flight.max) {
    problems.emplace_back("users.in_flight.min must not exceed users.in_flight.max");
  }
  check_sms(config, problems);
  if (config.http.certificate_file.empty() && !(config.dev && loopback)) {
    problems.emplace_back(
        "users.http.certificate_file is missing: plain HTTP is for development on loopback alone");
  }
  return problems;
}

}  // namespace services::users
