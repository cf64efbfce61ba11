#pragma once

#include <string>
#include <string_view>

namespace domain::identity {

/// A phone number as others and logs may see it: the first five and the last two characters stay,
/// the rest become asterisks: "+6281******90". Of ten characters or fewer none stay.
std::string mask_msisdn(std::string_view msisdn);

}  // namespace domain::identity
