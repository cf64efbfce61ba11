#include "services/users/accounts/tokens.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include "platform/security/jwt.hpp"
#include "tests/support/scenario.hpp"

namespace services::users::accounts {
namespace {

namespace fs = std::filesystem;
namespace security = platform::security;
using tests::support::id_of;

constexpr std::string_view session_text = "0190a1b2-c3d4-7000-8000-000000000001";

struct Unreadable {
  std::string_view why;
  std::string_view token;
};

// clang-format off
constexpr Unreadable unreadable[] = {
    {"empty",                    ""},
    {"a session alone",          "0190a1b2-c3d4-7000-8000-000000000001"},
    {"no mac",                   "0190a1b2-c3d4-7000-8000-000000000001.1"},
    {"no session",               ".1.mac"},
    {"a session that is none",   "0190a1b2.1.mac"},
    {"no generation",            "0190a1b2-c3d4-7000-8000-000000000001..mac"},
    {"generation 0",             "0190a1b2-c3d4-7000-8000-000000000001.0.mac"},
    {"a generation below 0",     "0190a1b2-c3d4-7000-8000-000000000001.-1.mac"},
    {"a generation with a sign", "0190a1b2-c3d4-7000-8000-000000000001.+1.mac"},
    {"a generation and more",    "0190a1b2-c3d4-7000-8000-000000000001.1x.mac"},
    {"a generation too long",    "0190a1b2-c3d4-7000-8000-000000000001.99999999999999999999.mac"},
    {"dots alone",               ".."},
};
// clang-format on

TEST(ParseRefreshToken, ReadsWhatItSays) {
  const auto claim = parse_refresh_token(std::string{session_text} + ".12.abc.def");
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->session.text(), session_text);
  EXPECT_EQ(claim->generation, 12);
  EXPECT_EQ(claim->mac, "abc.def");
}

TEST(ParseRefreshToken, RefusesWhatNobodyIssued) {
  for (const auto& [why, token] : unreadable) {
    EXPECT_FALSE(parse_refresh_token(std::string{token})) << why;
  }
}

/// A key file that goes when the test does.
class KeyFile {
 public:
  KeyFile() : path_(fs::temp_directory_path() / ("tokens_test_" + std::to_string(getpid()))) {
    std::ofstream{path_} << security::generate_key(security::Algorithm::es256)->private_pem();
  }
  ~KeyFile() { fs::remove(path_); }
  KeyFile(const KeyFile&) = delete;
  KeyFile& operator=(const KeyFile&) = delete;
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

class TokensTest : public testing::Test {
 protected:
  TokensTest() {
    config.secret = "a secret of at least 32 characters";
    config.signing_key_files = {key.path()};
  }

  /// What the client of `session` would present.
  RefreshClaim presented() const {
    return parse_refresh_token(Tokens{runtime, config}.issue(session).refresh_token).value();
  }

  KeyFile key;
  UsersConfig config;
  boost::asio::io_context context;
  platform::runtime::Runtime runtime{context.get_executor(), "test"};
  const Session session{.id = id_of<domain::SessionId>(1),
                        .user_id = id_of<domain::UserId>(2),
                        .salt = "salt",
                        .generation = 3};
};

TEST_F(TokensTest, AnAccessTokenSaysWhoAndForWhichSession) {
  const Tokens tokens{runtime, config};
  const auto issued = tokens.issue(session);
  EXPECT_EQ(issued.token_type, "Bearer");
  EXPECT_EQ(issued.expires_in_s, 600);
  const auto claims = tokens.verify(issued.access_token);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->subject, session.user_id.text());
  EXPECT_EQ(claims->session, session.id.text());
}

TEST_F(TokensTest, AnAccessTokenForAnotherAudienceIsRefused) {
  const auto issued = Tokens{runtime, config}.issue(session);
  auto elsewhere = config;
  elsewhere.audience = "elsewhere";
  EXPECT_FALSE((Tokens{runtime, elsewhere}.verify(issued.access_token)));
}

TEST_F(TokensTest, AnExpiredAccessTokenIsRefused) {
  config.access_token_lifetime = std::chrono::milliseconds{-60'000};
  const Tokens tokens{runtime, config};
  EXPECT_FALSE(tokens.verify(tokens.issue(session).access_token));
}

TEST_F(TokensTest, ARefreshTokenIsGenuineForItsSessionAlone) {
  const Tokens tokens{runtime, config};
  const auto claim = presented();
  EXPECT_EQ(claim.generation, 3);
  EXPECT_TRUE(tokens.is_genuine(claim, session));

  auto other = session;
  other.salt = "another";
  EXPECT_FALSE(tokens.is_genuine(claim, other));
  other = session;
  other.id = id_of<domain::SessionId>(4);
  EXPECT_FALSE(tokens.is_genuine(claim, other));
}

TEST_F(TokensTest, ARefreshTokenCannotBeRewrittenToAnotherGeneration) {
  auto claim = presented();
  claim.generation = 4;
  EXPECT_FALSE((Tokens{runtime, config}.is_genuine(claim, session)));
}

TEST_F(TokensTest, AnotherSecretDoesNotKnowThem) {
  const auto claim = presented();
  config.secret = "another secret of at least 32 characters";
  EXPECT_FALSE((Tokens{runtime, config}.is_genuine(claim, session)));
}

TEST_F(TokensTest, AKeyThatCannotBeReadIsNamed) {
  config.signing_key_files = {"/no/such/key.pem"};
  try {
    const Tokens tokens{runtime, config};
    FAIL() << "it was made";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string{error.what()}.find("/no/such/key.pem"), std::string::npos);
  }
}

}  // namespace
}  // namespace services::users::accounts
