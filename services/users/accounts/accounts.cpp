#include "services/users/accounts/accounts.hpp"

#include "contracts/operations/users.hpp"
#include "services/users/accounts/account.hpp"
#include "services/users/accounts/api_keys.hpp"
#include "services/users/accounts/blocking.hpp"
#include "services/users/accounts/code_filter.hpp"
#include "services/users/accounts/housekeeping.hpp"
#include "services/users/accounts/http_sms.hpp"
#include "services/users/accounts/login.hpp"
#include "services/users/accounts/other_services.hpp"
#include "services/users/accounts/people.hpp"
#include "services/users/accounts/pg_store.hpp"
#include "services/users/accounts/profile.hpp"
#include "services/users/accounts/sessions.hpp"
#include "services/users/accounts/sms.hpp"

namespace services::users::accounts {
namespace {

namespace operations = contracts::operations;
using binding::on;

constexpr binding::Command<LoginUseCases> login_commands[] = {
    on<&LoginUseCases::request_otp>(operations::request_otp),
    on<&LoginUseCases::verify_otp>(operations::verify_otp),
    on<&LoginUseCases::refresh>(operations::refresh_tokens),
};

constexpr binding::Command<SessionUseCases> session_commands[] = {
    on<&SessionUseCases::logout>(operations::logout),
    on<&SessionUseCases::list>(operations::list_sessions),
    on<&SessionUseCases::end>(operations::end_session),
    on<&SessionUseCases::end_others>(operations::end_other_sessions),
};

constexpr binding::Command<ProfileUseCases> profile_commands[] = {
    on<&ProfileUseCases::get>(operations::get_me),
    on<&ProfileUseCases::update>(operations::update_me),
    on<&ProfileUseCases::register_driver>(operations::register_driver),
    on<&ProfileUseCases::approve_driver>(operations::approve_driver),
    on<&ProfileUseCases::reject_driver>(operations::reject_driver),
    on<&ProfileUseCases::suspend_driver>(operations::suspend_driver),
    on<&ProfileUseCases::reinstate_driver>(operations::reinstate_driver),
    on<&ProfileUseCases::payout_account>(operations::get_payout_account),
    on<&ProfileUseCases::snapshot>(operations::get_snapshot),
};

constexpr binding::Command<AccountUseCases> account_commands[] = {
    on<&AccountUseCases::tell>(operations::export_me),
    on<&AccountUseCases::remove>(operations::delete_me),
};

constexpr binding::Command<PeopleUseCases> people_commands[] = {
    on<&PeopleUseCases::find_users>(operations::find_users),
    on<&PeopleUseCases::list_drivers>(operations::list_drivers),
};

constexpr binding::Command<BlockingUseCases> blocking_commands[] = {
    on<&BlockingUseCases::block>(operations::block_user),
    on<&BlockingUseCases::unblock>(operations::unblock_user),
};

constexpr binding::Command<ApiKeyUseCases> api_key_commands[] = {
    on<&ApiKeyUseCases::check>(operations::check_api_key),
};

std::unique_ptr<SmsSender> make_sms_sender(const binding::Environment& environment,
                                           const UsersConfig& config) {
  if (config.sms.primary.url.empty()) return make_dev_sms_sender(environment);
  return make_http_sms_sender(environment.runtime, config.sms);
}

class AccountsRoom final : public Accounts {
 public:
  AccountsRoom(const binding::Environment& environment, const UsersConfig& config)
      : pool_(environment.pool),
        config_(config),
        tokens_(environment.runtime, config_),
        principals_(make_principals(environment)),
        notices_(make_session_notices(environment)),
        others_(make_other_services(environment.bus)),
        filter_(make_code_filter(environment.redis, config_.otp)),
        sms_(make_sms_sender(environment, config_)) {
    start_housekeeping(environment);
  }

  std::vector<binding::BoundCommand> commands() override {
    return binding::together({
        binding::bind<LoginUseCases>(login_commands, maker<LoginScope>()),
        binding::bind<SessionUseCases>(session_commands, maker<SessionScope>()),
        binding::bind<ProfileUseCases>(profile_commands, maker<ProfileScope>()),
        binding::bind<AccountUseCases>(account_commands, maker<AccountScope>()),
        binding::bind<PeopleUseCases>(people_commands, maker<PeopleScope>()),
        binding::bind<BlockingUseCases>(blocking_commands, maker<BlockingScope>()),
        binding::bind<ApiKeyUseCases>(
            api_key_commands,
            [this](binding::Work&) { return std::make_shared<ApiKeyUseCases>(pool_); }),
    });
  }

  awaitable<void> stop() override { co_await sms_->close(); }

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
  struct SessionScope {
    SessionScope(binding::Work& work, AccountsRoom& room)
        : store(work), use_cases(work, store, *room.notices_) {}
    PgStore store;
    SessionUseCases use_cases;
  };
  struct ProfileScope {
    ProfileScope(binding::Work& work, AccountsRoom& room)
        : store(work), use_cases(work, room.config_, store, store, *room.notices_) {}
    PgStore store;
    ProfileUseCases use_cases;
  };
  struct AccountScope {
    AccountScope(binding::Work& work, AccountsRoom& room)
        : store(work), use_cases(work, store, store, *room.notices_, *room.others_) {}
    PgStore store;
    AccountUseCases use_cases;
  };
  struct BlockingScope {
    BlockingScope(binding::Work& work, AccountsRoom& room)
        : store(work), use_cases(work, store, store, store, *room.notices_) {}
    PgStore store;
    BlockingUseCases use_cases;
  };
  struct PeopleScope {
    PeopleScope(binding::Work& work, AccountsRoom& room)
        : store(work), use_cases(room.config_, store) {}
    PgStore store;
    PeopleUseCases use_cases;
  };

  template <class Scope, class UseCases = decltype(Scope::use_cases)>
  binding::MakeUseCases<UseCases> maker() {
    return [this](binding::Work& work) {
      auto scope = std::make_shared<Scope>(work, *this);
      return std::shared_ptr<UseCases>{scope, &scope->use_cases};
    };
  }

  platform::postgres::Pool& pool_;
  UsersConfig config_;
  Tokens tokens_;
  std::unique_ptr<Principals> principals_;
  std::unique_ptr<SessionNotices> notices_;
  std::unique_ptr<OtherServices> others_;
  std::unique_ptr<CodeFilter> filter_;
  std::unique_ptr<SmsSender> sms_;
};

}  // namespace

std::unique_ptr<Accounts> make_accounts(const binding::Environment& environment,
                                        const UsersConfig& config) {
  return std::make_unique<AccountsRoom>(environment, config);
}

}  // namespace services::users::accounts
