#include "services/users/accounts/accounts.hpp"

#include "contracts/operations/users.hpp"
#include "services/users/accounts/code_filter.hpp"
#include "services/users/accounts/housekeeping.hpp"
#include "services/users/accounts/login.hpp"
#include "services/users/accounts/pg_store.hpp"
#include "services/users/accounts/profile.hpp"
#include "services/users/accounts/sms.hpp"

namespace services::users::accounts {
namespace {

namespace operations = contracts::operations;
using binding::on;

constexpr binding::Command<LoginUseCases> login_commands[] = {
    on<&LoginUseCases::request_otp>(operations::request_otp),
    on<&LoginUseCases::verify_otp>(operations::verify_otp),
    on<&LoginUseCases::refresh>(operations::refresh_tokens),
    on<&LoginUseCases::logout>(operations::logout),
};

constexpr binding::Command<ProfileUseCases> profile_commands[] = {
    on<&ProfileUseCases::get>(operations::get_me),
    on<&ProfileUseCases::update>(operations::update_me),
    on<&ProfileUseCases::register_driver>(operations::register_driver),
    on<&ProfileUseCases::approve_driver>(operations::approve_driver),
    on<&ProfileUseCases::snapshot>(operations::get_snapshot),
    on<&ProfileUseCases::payout_account>(operations::get_payout_account),
};

class AccountsRoom final : public Accounts {
 public:
  AccountsRoom(const binding::Environment& environment, const UsersConfig& config)
      : config_(config),
        tokens_(environment.runtime, config_),
        principals_(make_principals(environment)),
        notices_(make_session_notices(environment)),
        filter_(make_code_filter(environment.redis, config_.otp)),
        sms_(make_dev_sms_sender(environment)) {
    start_housekeeping(environment);
  }

  std::vector<binding::BoundCommand> commands() override {
    auto commands = binding::bind<LoginUseCases>(
        login_commands, [this](binding::Work& work) { return make_login(work); });
    auto profile = binding::bind<ProfileUseCases>(
        profile_commands, [this](binding::Work& work) { return make_profile(work); });
    commands.insert(commands.end(), profile.begin(), profile.end());
    return commands;
  }

  const Tokens& tokens() const override { return tokens_; }
  Principals& principals() override { return *principals_; }

 private:
  // Use cases with the store they work over, for as long as one command needs them.
  struct LoginScope {
    LoginScope(binding::Work& work, AccountsRoom& room)
        : store(work),
          use_cases(work, room.config_, room.tokens_, store, store, store, *room.filter_,
                    *room.sms_, *room.notices_) {}
    PgStore store;
    LoginUseCases use_cases;
  };
  struct ProfileScope {
    ProfileScope(binding::Work& work, AccountsRoom& room)
        : store(work), use_cases(work, room.config_, store, store, *room.notices_) {}
    PgStore store;
    ProfileUseCases use_cases;
  };

  std::shared_ptr<LoginUseCases> make_login(binding::Work& work) {
    auto login = std::make_shared<LoginScope>(work, *this);
    return {login, &login->use_cases};
  }
  std::shared_ptr<ProfileUseCases> make_profile(binding::Work& work) {
    auto profile = std::make_shared<ProfileScope>(work, *this);
    return {profile, &profile->use_cases};
  }

  UsersConfig config_;
  Tokens tokens_;
  std::unique_ptr<Principals> principals_;
  std::unique_ptr<SessionNotices> notices_;
  std::unique_ptr<CodeFilter> filter_;
  std::unique_ptr<SmsSender> sms_;
};

}  // namespace

std::unique_ptr<Accounts> make_accounts(const binding::Environment& environment,
                                        const UsersConfig& config) {
  return std::make_unique<AccountsRoom>(environment, config);
}

}  // namespace services::users::accounts
