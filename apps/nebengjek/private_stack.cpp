#include "apps/nebengjek/private_stack.hpp"

#include <fstream>
#include <iterator>
#include <sstream>

#include <sys/stat.h>

#include "base/json/enums.hpp"
#include "platform/security/digest.hpp"
#include "platform/security/jwt.hpp"
#include "services/binding/reactions.hpp"

namespace apps::nebengjek {
namespace {

namespace fs = std::filesystem;
namespace security = platform::security;

std::string read_file(const fs::path& file) {
  std::ifstream stream{file};
  return {std::istreambuf_iterator<char>{stream}, std::istreambuf_iterator<char>{}};
}

/// The text of a file in the data folder, made by `make` on first use; its owner alone may read it.
template <class Make>
std::string kept(const fs::path& file, Make make) {
  if (fs::exists(file)) return read_file(file);
  const std::string fresh = make();
  const auto previous = ::umask(S_IRWXG | S_IRWXO);
  std::ofstream{file} << fresh;
  ::umask(previous);
  return fresh;
}

std::string kept_token(const fs::path& file) {
  constexpr std::size_t token_bytes = 32;
  return kept(file, [] {
    return security::random_token(platform::runtime::system_entropy(), token_bytes);
  });
}

}  // namespace

void invent_secrets(Settings& settings, const fs::path& data_folder) {
  const auto folder = data_folder / "secrets";
  fs::create_directories(folder);
  settings.users.secret = kept_token(folder / "users.secret");
  const auto key_file = folder / "access_token_key.pem";
  kept(key_file, [] { return security::generate_key(security::Algorithm::es256)->private_pem(); });
  settings.users.signing_key_files = {key_file.string()};
  settings.rides.payments.provider_api_key = kept_token(folder / "payment_provider.key");
  settings.rides.payments.webhook_secret = kept_token(folder / "payment_webhook.secret");
  for (auto& [role, role_settings] : settings.roles) {
    const auto name = services::binding::service_name(role);
    role_settings.postgres_password = kept_token(folder / (name + ".postgres"));
    role_settings.nats_password = kept_token(folder / (name + ".nats"));
  }
}

void use_addresses(Settings& settings, const platform::stack::Addresses& addresses) {
  settings.postgres.host = "127.0.0.1";
  settings.postgres.port = addresses.postgres_port;
  settings.postgres_administrator = addresses.postgres_user;
  settings.postgres_administrator_password = addresses.postgres_password;
  settings.redis.port = addresses.redis_port;
  settings.redis.password = addresses.redis_password;
  settings.nats.url = "nats://127.0.0.1:" + std::to_string(addresses.nats_port);
}

std::string config_of(const Settings& settings, const platform::stack::Addresses& servers,
                      const fs::path& data_folder) {
  const auto secrets = fs::absolute(data_folder / "secrets").string();
  kept(data_folder / "secrets" / "postgres", [&] { return servers.postgres_password; });
  kept(data_folder / "secrets" / "redis", [&] { return servers.redis_password; });
  std::ostringstream text;
  text << "# Written anew at every start.\n"
       << "[postgres]\nport = " << servers.postgres_port << "\nadministrator = \""
       << servers.postgres_user << "\"\nadministrator_password_file = \"" << secrets
       << "/postgres\"\n\n[redis]\nport = " << servers.redis_port << "\npassword_file = \""
       << secrets << "/redis\"\n\n[nats]\nurl = \"" << settings.nats.url << "\"\n\n"
       << "[users]\ndev = true\ndriver_approval = \""
       << base::json::name_of(settings.users.driver_approval) << "\"\nsecret_file = \"" << secrets
       << "/users.secret\"\nsigning_key_files = [\"" << secrets << "/access_token_key.pem\"]\n\n"
       << "[rides.payments]\nprovider_url = \"" << settings.rides.payments.provider_url
       << "\"\nprovider_api_key_file = \"" << secrets
       << "/payment_provider.key\"\nwebhook_secret_file = \"" << secrets
       << "/payment_webhook.secret\"\n";
  for (const auto role : all_roles) {
    const auto name = services::binding::service_name(role);
    text << "\n[role." << name << "]\nadmin_port = 0\npostgres_password_file = \"" << secrets << '/'
         << name << ".postgres\"\nnats_password_file = \"" << secrets << '/' << name << ".nats\"\n";
  }
  return text.str();
}

}  // namespace apps::nebengjek
