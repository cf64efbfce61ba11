#include "domain/identity/msisdn.hpp"

namespace domain::identity {

std::string mask_msisdn(std::string_view msisdn) {
  constexpr std::size_t shown_first = 5;
  constexpr std::size_t shown_last = 2;
  constexpr std::size_t size_min = 11;
  if (msisdn.size() < size_min) return std::string(msisdn.size(), '*');
  std::string masked{msisdn};
  const auto hidden = msisdn.size() - shown_first - shown_last;
  return masked.replace(shown_first, hidden, hidden, '*');
}

}  // namespace domain::identity
