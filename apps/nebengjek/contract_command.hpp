#pragma once

#include <string>

namespace apps::nebengjek {

/// Prints openapi.yaml or asyncapi.yaml, as the code has them.
void print_contract(const std::string& document);

}  // namespace apps::nebengjek
