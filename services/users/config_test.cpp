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
  EXPECT_THAT(validate(config), ElementsAre(HasSubstr("users.dev")));
}

}  // namespace
}  // namespace services::users
