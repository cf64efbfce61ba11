#pragma once

/// What a `check` asks of a struct's members, written down for its schema.

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

namespace base::json {

struct Rule {
  std::string path;              ///< "payout_account.bank"
  boost::json::object keywords;  ///< {"minLength": 1, "maxLength": 80}
  std::string sentence;          ///< "must be in [0, 360)", where no keyword says it.
};

using Rules = std::vector<Rule>;

/// Adds the rules to the schema of a struct: keywords as they are, sentences to the description. A
/// member struct about whose members something is asked is no longer the plain one of its type, so
/// its schema loses its title.
void add_rules(const Rules& rules, boost::json::object& schema);

/// "Reason (must be in [0, 360))": `sentence` after what `schema` says of itself already.
void describe_further(boost::json::object& schema, std::string_view sentence);

}  // namespace base::json
