#pragma once

#include <string>
#include <vector>

#include "platform/postgres/value.hpp"

namespace platform::postgres {

/// One line of COPY's text format, with its newline.
std::string copy_line(const std::vector<Text>& row);

}  // namespace platform::postgres
