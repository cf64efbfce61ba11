#include "services/users/accounts/numbers.hpp"

#include <algorithm>

#include <phonenumbers/phonenumberutil.h>

namespace services::users::accounts {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

bool may_be_mobile(PhoneNumberUtil::PhoneNumberType type) {
  return type == PhoneNumberUtil::MOBILE || type == PhoneNumberUtil::FIXED_LINE_OR_MOBILE;
}

}  // namespace

domain::Outcome<std::string> normalised_msisdn(const std::string& text,
                                               const std::vector<std::string>& countries) {
  const auto& util = *PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  const auto home = countries.empty() ? std::string{"ZZ"} : countries.front();
  if (util.Parse(text, home, &number) != PhoneNumberUtil::NO_PARSING_ERROR ||
      number.has_extension() || !util.IsValidNumber(number) ||
      !may_be_mobile(util.GetNumberType(number))) {
    return domain::rejected(domain::Rejection::msisdn_invalid);
  }
  std::string region;
  util.GetRegionCodeForNumber(number, &region);
  if (std::ranges::find(countries, region) == countries.end()) {
    return domain::rejected(domain::Rejection::country_not_allowed);
  }
  std::string e164;
  util.Format(number, PhoneNumberUtil::E164, &e164);
  return e164;
}

}  // namespace services::users::accounts
