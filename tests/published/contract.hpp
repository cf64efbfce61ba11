#pragma once

/// contracts/openapi.yaml and contracts/asyncapi.yaml as a client reads them, and whether what was
/// seen on the wire keeps to them. Knows nothing of the code that they were made from.

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace tests::published {

struct Exchange {
  std::string method;  ///< "POST"
  std::string path;    ///< "/v1/rides/0192f0c1-...?limit=3"
  int status = 0;
  std::string content_type;
  std::string body;
};

class Contract {
 public:
  /// Of the repository that the test runs in.
  static const Contract& read();

  const boost::json::value& openapi() const { return openapi_; }
  const boost::json::value& asyncapi() const { return asyncapi_; }

  /// "start_ride 200: driver.plate is missing", for all that an answer promises and does not keep.
  std::vector<std::string> breaches_of(const Exchange& exchange) const;

  /// Of a frame that a phone was sent. `answers` is the type of the frame that an ack or error is
  /// for, if known.
  std::vector<std::string> breaches_of_frame(const std::string& text,
                                             std::string_view answers = {}) const;

 private:
  Contract();

  boost::json::value openapi_;
  boost::json::value asyncapi_;
};

/// Follows the "$ref" of `node`, if it has one.
const boost::json::object& resolved(const boost::json::value& document,
                                    const boost::json::value& node);

}  // namespace tests::published
