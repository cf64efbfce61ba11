#pragma once

/// Sets the members behind the keys from a document. All that is wrong is reported at once:
///
///   nebengjek.toml:12: rides.platform_fee_bp must be between 0 and 10000, not 20000
///   nebengjek.toml:14: rides.platfrom_fee is not a key; did you mean rides.platform_fee_bp?
///
/// A secret may instead be given as `<name>_file`, the path of a file that holds it; a newline at
/// its end is dropped. Neither its value nor the file's is ever part of a message.

#include "platform/config/document.hpp"
#include "platform/config/keys.hpp"

namespace platform::config {

/// The members that are named keep their defaults when their value is refused.
Problems load(const Document& document, const Keys& keys);

}  // namespace platform::config
