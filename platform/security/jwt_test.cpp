#include "platform/security/jwt.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "platform/security/digest.hpp"
#include "platform/security/elliptic.hpp"

namespace platform::security {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

const base::Instant now{std::chrono::seconds{1'800'000'000}};
constexpr auto leeway = 30s;

Claims good_claims() {
  return {.subject = "018f-user",
          .session = "018f-session",
          .token_id = "018f-token",
          .issuer = "https://nebengjek.example",
          .audience = "nebengjek",
          .issued_at = now,
          .not_before = now,
          .expires_at = now + 10min};
}

std::expected<Claims, TokenFault> verify(const KeySet& keys, std::string_view token,
                                         base::Instant at = now) {
  return keys.verify(token, "https://nebengjek.example", "nebengjek", at, leeway);
}

std::string public_pem(const SigningKey& key) {
  const auto handle = read_key(key.private_pem());
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio{BIO_new(BIO_s_mem()), BIO_free};
  PEM_write_bio_PUBKEY(bio.get(), handle.get());
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::unique_ptr<KeySet> set_of(const SigningKey& key) { return make_key_set({key.private_pem()}); }

class Jwt : public testing::TestWithParam<Algorithm> {
 protected:
  std::unique_ptr<SigningKey> key_ = generate_key(GetParam());
  std::unique_ptr<KeySet> keys_ = set_of(*key_);
};

TEST_P(Jwt, round_trip) {
  const auto claims = verify(*keys_, key_->sign(good_claims()));
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->subject, "018f-user");
  EXPECT_EQ(claims->session, "018f-session");
  EXPECT_EQ(claims->token_id, "018f-token");
  EXPECT_EQ(claims->expires_at, now + 10min);
}

TEST_P(Jwt, needs_only_the_public_key_to_verify) {
  const auto keys = make_key_set({public_pem(*key_)});
  EXPECT_TRUE(verify(*keys, key_->sign(good_claims())));
  EXPECT_EQ(keys->jwks(), keys_->jwks());
}

TEST_P(Jwt, survives_a_restart) {
  const auto loaded = load_key(key_->private_pem());
  EXPECT_EQ(loaded->key_id(), key_->key_id());
  EXPECT_TRUE(verify(*keys_, loaded->sign(good_claims())));
}

TEST_P(Jwt, watches_the_clock_with_leeway) {
  const auto token = key_->sign(good_claims());
  EXPECT_TRUE(verify(*keys_, token, now + 10min + 29s));
  EXPECT_EQ(verify(*keys_, token, now + 10min + 30s).error(), TokenFault::expired);
  EXPECT_TRUE(verify(*keys_, token, now - 30s));
  EXPECT_EQ(verify(*keys_, token, now - 31s).error(), TokenFault::not_yet_valid);
}

TEST_P(Jwt, is_for_one_issuer_and_audience) {
  auto claims = good_claims();
  claims.audience = "another";
  EXPECT_EQ(verify(*keys_, key_->sign(claims)).error(), TokenFault::wrong_audience);
  claims = good_claims();
  claims.issuer = "https://evil.example";
  EXPECT_EQ(verify(*keys_, key_->sign(claims)).error(), TokenFault::wrong_issuer);
}

TEST_P(Jwt, refuses_every_changed_byte) {
  const auto token = key_->sign(good_claims());
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto tampered = token;
    tampered[i] = tampered[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify(*keys_, tampered)) << i;
  }
}

TEST_P(Jwt, refuses_every_piece) {
  const auto token = key_->sign(good_claims());
  for (std::size_t size = 0; size < token.size(); ++size)
    EXPECT_FALSE(verify(*keys_, std::string_view{token}.substr(0, size))) << size;
  EXPECT_FALSE(verify(*keys_, token + "A"));
  EXPECT_FALSE(verify(*keys_, token + "="));
  EXPECT_FALSE(verify(*keys_, token + ".e30"));
  EXPECT_FALSE(verify(*keys_, " " + token));
}

TEST_P(Jwt, does_not_take_another_keys_word) {
  const auto stranger = generate_key(GetParam());
  EXPECT_EQ(verify(*keys_, stranger->sign(good_claims())).error(), TokenFault::unknown_key);
}

INSTANTIATE_TEST_SUITE_P(Algorithms, Jwt, testing::Values(Algorithm::es256, Algorithm::eddsa));

/// Tokens whose header and payload are an attacker's, or ours by mistake, with a genuine signature.
class Forgery : public testing::Test {
 protected:
  std::string forge(std::string_view header, std::string_view payload) const {
    const auto text = base64url(header) + '.' + base64url(payload);
    return text + '.' + base64url(sign(handle_, text));
  }

  std::string header(std::string_view more = "") const {
    return R"({"typ":"at+jwt","alg":"ES256","kid":")" + key_->key_id() + "\"" + std::string{more} +
           "}";
  }

  std::unique_ptr<SigningKey> key_ = generate_key(Algorithm::es256);
  KeyHandle handle_ = read_key(key_->private_pem());
  std::unique_ptr<KeySet> keys_ = set_of(*key_);
  const std::string payload_ =
      R"({"iss":"https://nebengjek.example","aud":"nebengjek","sub":"u","sid":"s","jti":"t",)"
      R"("iat":1800000000,"nbf":1800000000,"exp":1800000600})";
};

TEST_F(Forgery, starts_from_a_good_token) {
  EXPECT_TRUE(verify(*keys_, forge(header(), payload_)));
}

TEST_F(Forgery, headers) {
  const auto kid = R"("kid":")" + key_->key_id() + '"';
  const std::pair<std::string, TokenFault> table[] = {
      {R"({"typ":"at+jwt","alg":"none",)" + kid + "}", TokenFault::wrong_algorithm},
      {R"({"typ":"at+jwt","alg":"HS256",)" + kid + "}", TokenFault::wrong_algorithm},
      {R"({"typ":"at+jwt","alg":"EdDSA",)" + kid + "}", TokenFault::wrong_algorithm},
      {R"({"typ":"at+jwt","alg":"es256",)" + kid + "}", TokenFault::wrong_algorithm},
      {R"({"typ":"at+jwt",)" + kid + "}", TokenFault::wrong_algorithm},
      {R"({"typ":"JWT","alg":"ES256",)" + kid + "}", TokenFault::wrong_type},
      {R"({"alg":"ES256",)" + kid + "}", TokenFault::wrong_type},
      {R"({"typ":7,"alg":"ES256",)" + kid + "}", TokenFault::wrong_type},
      {R"({"typ":"at+jwt","alg":"ES256"})", TokenFault::unknown_key},
      {R"({"typ":"at+jwt","alg":"ES256","kid":"../../etc/passwd"})", TokenFault::unknown_key},
      {R"({"typ":"at+jwt","alg":"ES256","kid":""})", TokenFault::unknown_key},
      {header(R"(,"jku":"https://evil.example/jwks.json")"), TokenFault::malformed},
      {header(R"(,"x5u":"https://evil.example/c.pem")"), TokenFault::malformed},
      {header(R"(,"x5c":[])"), TokenFault::malformed},
      {header(R"(,"jwk":{"kty":"EC"})"), TokenFault::malformed},
      {header(R"(,"crit":["exp"])"), TokenFault::malformed},
      {header(R"(,"alg":"ES256")"), TokenFault::malformed},
      {header(R"(,"\u0061lg":"none")"), TokenFault::malformed},
      {"[]", TokenFault::malformed},
      {"", TokenFault::malformed},
      {header() + "x", TokenFault::malformed},
  };
  for (const auto& [forged, fault] : table) {
    const auto verified = verify(*keys_, forge(forged, payload_));
    ASSERT_FALSE(verified) << forged;
    EXPECT_EQ(verified.error(), fault) << forged;
  }
}

TEST_F(Forgery, payloads) {
  const auto without = [&](std::string_view member) {
    auto claims = boost::json::parse(payload_).as_object();
    claims.erase(member);
    return boost::json::serialize(claims);
  };
  for (const auto* member : {"sub", "sid", "jti", "iat", "nbf", "exp"})
    EXPECT_EQ(verify(*keys_, forge(header(), without(member))).error(), TokenFault::malformed)
        << member;
  EXPECT_EQ(verify(*keys_, forge(header(), without("iss"))).error(), TokenFault::wrong_issuer);
  EXPECT_EQ(verify(*keys_, forge(header(), without("aud"))).error(), TokenFault::wrong_audience);

  const auto changed = [&](std::string_view member, boost::json::value value) {
    auto claims = boost::json::parse(payload_).as_object();
    claims[member] = std::move(value);
    return forge(header(), boost::json::serialize(claims));
  };
  EXPECT_FALSE(verify(*keys_, changed("exp", "1800000600")));
  EXPECT_FALSE(verify(*keys_, changed("exp", 1.8e30)));
  EXPECT_FALSE(verify(*keys_, changed("exp", INT64_MAX)));
  EXPECT_FALSE(verify(*keys_, changed("exp", -1)));
  EXPECT_FALSE(verify(*keys_, changed("sub", 7)));
  EXPECT_FALSE(verify(*keys_, changed("aud", boost::json::array{"nebengjek"})));

  const auto twice = payload_.substr(0, payload_.size() - 1) + R"(,"sub":"admin"})";
  EXPECT_EQ(verify(*keys_, forge(header(), twice)).error(), TokenFault::malformed);
}

TEST_F(Forgery, public_key_as_a_secret) {
  const auto text = base64url(R"({"typ":"at+jwt","alg":"HS256","kid":")" + key_->key_id() + "\"}") +
                    '.' + base64url(payload_);
  for (const auto& secret : {public_pem(*key_), keys_->jwks()}) {
    const auto hex = hmac_sha256_hex(secret, text);
    std::string mac;
    for (std::size_t i = 0; i < hex.size(); i += 2)
      mac += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    EXPECT_EQ(verify(*keys_, text + '.' + base64url(mac)).error(), TokenFault::wrong_algorithm);
  }
}

TEST_F(Forgery, signatures) {
  const auto text = base64url(header()) + '.' + base64url(payload_);
  const std::string zero(64, '\0');
  for (const auto& signature :
       {std::string{}, zero, std::string(63, 'x'), std::string(65, 'x'), std::string(64, '\xff')})
    EXPECT_EQ(verify(*keys_, text + '.' + base64url(signature)).error(), TokenFault::bad_signature);

  EXPECT_EQ(from_base64url(forge(header(), payload_).substr(text.size() + 1))->size(), 64U);
}

TEST_F(Forgery, size) {
  const std::string padding(4'096, ' ');
  EXPECT_EQ(verify(*keys_, forge(header(), payload_ + padding)).error(), TokenFault::malformed);
}

TEST(KeySet, rotates) {
  const auto old = generate_key(Algorithm::es256);
  const auto current = generate_key(Algorithm::eddsa);
  const auto token = old->sign(good_claims());
  const auto both = make_key_set({old->private_pem(), current->private_pem()});
  EXPECT_TRUE(verify(*both, token));
  EXPECT_TRUE(verify(*both, current->sign(good_claims())));
  EXPECT_EQ(verify(*set_of(*current), token).error(), TokenFault::unknown_key);
}

TEST(KeySet, publishes_only_public_parts) {
  const auto ec = generate_key(Algorithm::es256);
  const auto ed = generate_key(Algorithm::eddsa);
  const auto document = make_key_set({ec->private_pem(), ed->private_pem()})->jwks();
  EXPECT_THAT(document, Not(HasSubstr("\"d\"")));
  const auto keys = boost::json::parse(document).at("keys").as_array();
  ASSERT_EQ(keys.size(), 2U);
  for (const auto& key : keys) {
    EXPECT_EQ(key.at("use").as_string(), "sig");
    EXPECT_EQ(from_base64url(key.at("x").as_string())->size(), 32U);
    const bool is_ec = key.at("kty").as_string() == "EC";
    EXPECT_EQ(key.at("alg").as_string(), is_ec ? "ES256" : "EdDSA");
    EXPECT_EQ(key.at("crv").as_string(), is_ec ? "P-256" : "Ed25519");
    EXPECT_EQ(std::string_view{key.at("kid").as_string()}, (is_ec ? ec : ed)->key_id());
  }
}

/// RFC 8037, appendix A: the example key, its thumbprint.
TEST(KeySet, names_keys_by_their_thumbprint) {
  constexpr auto pem =
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
      "-----END PRIVATE KEY-----\n";
  EXPECT_EQ(load_key(pem)->key_id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

TEST(LoadKey, refuses) {
  const auto rsa = [] {
    const KeyHandle key{EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2'048})};
    return private_pem(key);
  }();
  const auto p384 = [] {
    const KeyHandle key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384")};
    return private_pem(key);
  }();
  const auto key = generate_key(Algorithm::es256);
  for (const auto& pem : {std::string{}, std::string{"nonsense"}, rsa, p384, public_pem(*key)})
    EXPECT_THROW(load_key(pem), std::runtime_error) << pem;
  EXPECT_THROW(make_key_set({key->private_pem(), rsa}), std::runtime_error);
}

}  // namespace
}  // namespace platform::security
