#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/rejection.hpp"

namespace services::users::accounts {

/// The mobile number in `text` as E.164 ("+6281234567890"), by libphonenumber's rules. `countries`
/// are ISO 3166 codes, the first is where national numbers belong. Refuses with msisdn_invalid what
/// is no possible mobile number, and with country_not_allowed what is one of another country.
domain::Outcome<std::string> normalised_msisdn(const std::string& text,
                                               const std::vector<std::string>& countries);

}  // namespace services::users::accounts
