#include "platform/security/digest.hpp"

#include <array>
#include <set>

#include <gmock/gmock.h>

#include "platform/security/api_key.hpp"

namespace platform::security {
namespace {

using namespace std::string_literals;

TEST(Digest, sha256) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/// RFC 4231, test case 2; and a key longer than a block, case 6.
TEST(Digest, hmac_sha256) {
  EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hmac_sha256_hex(std::string(131, '\xaa'),
                            "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Digest, comparison) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abcd"));
  EXPECT_FALSE(equal_in_constant_time("a\0b"s, "a\0c"s));
}

TEST(Base64Url, round_trip) {
  const std::pair<std::string, std::string> table[] = {
      {"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"}, {"\xfb\xff", "-_8"}, {"\0"s, "AA"}};
  for (const auto& [bytes, text] : table) {
    EXPECT_EQ(base64url(bytes), text);
    EXPECT_EQ(from_base64url(text), bytes);
  }
}

/// One text for each value: what decodes to the same bytes would be the same token twice.
TEST(Base64Url, refuses) {
  for (const auto* text : {"Z", "Zg==", "Zh", "Zm9", "+/8", "Zm 8", "Zm9v\n", "Zm9vé", "Zm9v="})
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
}

TEST(Random, tokens_and_digits) {
  auto& entropy = runtime::system_entropy();
  EXPECT_EQ(random_token(entropy, 32).size(), 43U);
  EXPECT_NE(random_token(entropy, 32), random_token(entropy, 32));
  std::set<char> seen;
  for (int i = 0; i < 200; ++i) {
    const auto digits = random_digits(entropy, 6);
    EXPECT_EQ(digits.size(), 6U);
    seen.insert(digits.begin(), digits.end());
  }
  EXPECT_EQ(seen.size(), 10U);
  EXPECT_EQ(*seen.begin(), '0');
  EXPECT_EQ(*seen.rbegin(), '9');
}

TEST(ApiKey, is_what_it_says) {
  const auto key = generate_api_key(runtime::system_entropy());
  EXPECT_THAT(key.text(), testing::MatchesRegex("njk_[a-z0-9]{8}_[A-Za-z0-9_-]{43}"));
  const auto parsed = parse_api_key(key.text());
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->id, key.id);
  EXPECT_TRUE(matches_api_key(*parsed, hash_api_key(key)));
  EXPECT_FALSE(matches_api_key(generate_api_key(runtime::system_entropy()), hash_api_key(key)));
  EXPECT_FALSE(matches_api_key(*parsed, ""));
  EXPECT_EQ(hash_api_key(key).find(key.secret), std::string::npos);
}

TEST(ApiKey, refuses) {
  const auto good = generate_api_key(runtime::system_entropy()).text();
  auto upper = good;
  upper[4] = 'A';
  for (const auto& text : {""s, "njk_"s, good.substr(1), good.substr(0, good.size() - 1),
                           good + "A", good + "=", " " + good, upper, "xyz_" + good.substr(4)})
    EXPECT_FALSE(parse_api_key(text)) << text;
}

}  // namespace
}  // namespace platform::security
