#include "apps/nebengjek/contract_command.hpp"

#include <cstdio>

#include "contracts/documents/asyncapi.hpp"
#include "contracts/documents/openapi.hpp"
#include "contracts/documents/yaml.hpp"

namespace apps::nebengjek {

void print_contract(const std::string& document) {
  namespace documents = contracts::documents;
  const auto content = document == "openapi" ? documents::openapi() : documents::asyncapi();
  std::printf("%s", documents::to_yaml(content).c_str());
}

}  // namespace apps::nebengjek
