#include "services/binding/api_keys.hpp"

#include <chrono>
#include <utility>

#include "contracts/operations/users.hpp"
#include "platform/security/api_key.hpp"
#include "platform/security/digest.hpp"

namespace services::binding {
namespace {

namespace security = platform::security;

constexpr auto believed_for = std::chrono::seconds{5};
// There are a handful of operators; more than so many are forgotten all at once.
constexpr std::size_t known_max = 1'000;

std::string joined(const std::vector<std::string>& scopes) {
  std::string text;
  for (const auto& scope : scopes) text += (text.empty() ? "" : " ") + scope;
  return text;
}

std::unexpected<contracts::Problem> refused(const contracts::ErrorCode& error) {
  return std::unexpected{contracts::problem(error)};
}

}  // namespace

awaitable<std::expected<Caller, contracts::Problem>> ApiKeys::find(std::string presented,
                                                                   std::string trace) {
  using Found = std::expected<Caller, contracts::Problem>;
  const auto key = security::parse_api_key(presented);
  if (!key) co_return Found{refused(contracts::errors::unauthenticated)};
  auto digest = security::sha256_hex(presented);
  if (const auto* known = remembered(digest)) co_return Found{known->caller};

  const contracts::PresentedKey question{.key_id = key->id,
                                         .secret_hash = security::hash_api_key(*key)};
  const auto answer = co_await switchboard_.execute(
      contracts::operations::check_api_key,
      {.caller = {.trace = trace}, .body = base::json::to_text(question), .idempotency_key = {}});
  if (!answer.ok()) co_return Found{refused(contracts::errors::unavailable)};
  const auto known = base::json::from_text<contracts::KnownKey>(answer.body);
  if (!known || !known->valid) co_return Found{refused(contracts::errors::unauthenticated)};
  Caller caller{.staff = known->name, .scopes = joined(known->scopes)};
  remember(std::move(digest), {caller, runtime_.now() + believed_for});
  co_return Found{std::move(caller)};
}

const ApiKeys::Known* ApiKeys::remembered(const std::string& digest) const {
  const auto found = known_.find(digest);
  if (found == known_.end() || found->second.until <= runtime_.now()) return nullptr;
  return &found->second;
}

void ApiKeys::remember(std::string digest, Known known) {
  if (known_.size() >= known_max) known_.clear();
  known_.insert_or_assign(std::move(digest), std::move(known));
}

}  // namespace services::binding
