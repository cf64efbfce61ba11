#include "services/users/accounts/tokens.hpp"

#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "platform/security/digest.hpp"

namespace services::users::accounts {

namespace security = platform::security;

std::optional<RefreshClaim> parse_refresh_token(const std::string& token) {
  const auto first = token.find('.');
  const auto second = token.find('.', first + 1);
  if (first == std::string::npos || second == std::string::npos) return {};
  const auto session = domain::SessionId::parse(std::string_view{token}.substr(0, first));
  std::int64_t generation = 0;
  const auto* end = token.data() + second;
  const auto read = std::from_chars(token.data() + first + 1, end, generation);
  if (!session || read.ec != std::errc{} || read.ptr != end || generation < 1) return {};
  return RefreshClaim{
      .session = *session, .generation = generation, .mac = token.substr(second + 1)};
}

namespace {

std::vector<std::string> read_files(const std::vector<std::string>& paths) {
  std::vector<std::string> texts;
  for (const auto& path : paths) {
    std::ifstream file{path};
    if (!file) throw std::runtime_error{"The signing key " + path + " can't be read."};
    texts.emplace_back(std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{});
  }
  return texts;
}

}  // namespace

Tokens::Tokens(const platform::runtime::Runtime& runtime, const UsersConfig& config)
    : runtime_(runtime),
      config_(config),
      pems_(read_files(config.signing_key_files)),
      signing_key_(security::load_key(pems_.at(0))),
      keys_(security::make_key_set(pems_)) {}

contracts::Tokens Tokens::issue(const Session& session) const {
  const auto now = runtime_.now();
  const security::Claims claims{
      .subject = session.user_id.text(),
      .session = session.id.text(),
      .token_id = security::random_token(runtime_.entropy(), 16),
      .issuer = config_.issuer,
      .audience = config_.audience,
      .issued_at = now,
      .not_before = now,
      .expires_at = now + config_.access_token_lifetime,
  };
  return {.access_token = signing_key_->sign(claims),
          .token_type = "Bearer",
          .expires_in_s = static_cast<int>(config_.access_token_lifetime / std::chrono::seconds{1}),
          .refresh_token = session.id.text() + '.' + std::to_string(session.generation) + '.' +
                           refresh_mac(session, session.generation),
          .user_id = session.user_id,
          .session_id = session.id};
}

bool Tokens::is_genuine(const RefreshClaim& claim, const Session& session) const {
  return security::equal_in_constant_time(claim.mac, refresh_mac(session, claim.generation));
}

std::expected<security::Claims, security::TokenFault> Tokens::verify(
    const std::string& access_token) const {
  return keys_->verify(access_token, config_.issuer, config_.audience, runtime_.now(),
                       std::chrono::floor<std::chrono::seconds>(config_.clock_leeway));
}

std::string Tokens::refresh_mac(const Session& session, std::int64_t generation) const {
  return security::hmac_sha256_hex(
      config_.secret,
      "refresh\n" + session.salt + '\n' + session.id.text() + '\n' + std::to_string(generation));
}

}  // namespace services::users::accounts
