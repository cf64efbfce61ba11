#include "services/users/config.hpp"

#include <gmock/gmock.h>

namespace services::users {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

UsersConfig sound() {
  UsersConfig config;
  config.dev = true;
  config.secret = "a secret of at least 32 characters";
  return config;
}

TEST(UsersConfig, PlainHttpIsForDevelopmentOnLoopback) {
  auto config = sound();
  EXPECT_THAT(validate(config), IsEmpty());
  config.http.address = "0.0.0.0";
  EXPECT_THAT(validate(config), ElementsAre(HasSubstr("users.http.certificate_file")));
  config.http.certificate_file = "chain.pem";
  EXPECT_THAT(validate(config), IsEmpty());
}

TEST(UsersConfig, AShortSecretIsRefused) {
  auto config = sound();
  config.secret = "short";
  EXPECT_THAT(validate(config), ElementsAre(HasSubstr("users.secret")));
}

TEST(UsersConfig, WithoutAnSmsProviderThereIsDevelopmentAlone) {
  auto config = sound();
  config.dev = false;
  config.http.certificate_file = "chain.pem";
  EXPECT_THAT(validate(config), ElementsAre(HasSubstr("users.sms.primary.url")));
  config.sms.primary.url = "https://sms.example/messages";
  EXPECT_THAT(validate(config), IsEmpty());
}

TEST(UsersConfig, CodesGoToProvidersOverTls) {
  auto config = sound();
  config.sms.primary.url = "http://127.0.0.1:8090/sms/messages";
  EXPECT_THAT(validate(config), IsEmpty());
  config.dev = false;
  config.http.certificate_file = "chain.pem";
  EXPECT_THAT(validate(config), ElementsAre(HasSubstr("must be https://")));
}

TEST(UsersConfig, AFallbackIsForSomethingElse) {
  auto config = sound();
  config.sms.fallback.url = "https://sms.example/messages";
  EXPECT_THAT(validate(config), ElementsAre(HasSubstr("users.sms.fallback")));
}

}  // namespace
}  // namespace services::users
