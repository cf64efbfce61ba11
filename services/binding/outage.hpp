#pragma once

#include <string>
#include <string_view>

namespace services::binding {

/// Says once that something which work can go on without is out of reach, and once that it is back.
class Outage {
 public:
  /// `what` is the log's event: "match.location".
  explicit Outage(std::string what) : what_(std::move(what)) {}

  void fails(std::string_view reason);
  void works();

 private:
  std::string what_;
  bool under_way_ = false;
};

}  // namespace services::binding
