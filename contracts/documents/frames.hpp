#pragma once

/// The frames of the WebSocket as rows: those that are an operation come from its row.

#include <string>
#include <string_view>
#include <vector>

#include "contracts/documents/catalogue.hpp"

namespace contracts::documents {

struct Frame {
  std::string type;
  std::string summary;
  PayloadType data;
  std::string_view answer;  ///< Of one that comes in: what its ack carries; empty: nothing.
  bool numbered = false;    ///< Has `n`.
};

std::vector<Frame> frames_in();

/// Besides `ack` and `error`, which answer one that came in.
std::vector<Frame> frames_out();

}  // namespace contracts::documents
