#include "base/json/parse.hpp"

#include <algorithm>
#include <cmath>
#include <system_error>
#include <utility>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

namespace base::json {
namespace {

using boost::json::error_code;
using Text = boost::json::string_view;

constexpr std::string_view sentences[] = {
    "this is not JSON in UTF-8",
    "there is more text after the JSON value",
    "objects and arrays are nested too deeply",
    "an object has the same key twice",
    "a text contains U+0000",
    "a number is too large",
};

/// Our own refusals, as the parser wants them: error codes.
class Refusals final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "base::json"; }
  std::string message(int error) const override { return std::string{sentences[error]}; }
};

const Refusals refusals;

bool refuse(error_code& ec, ParseError error) {
  ec.assign(std::to_underlying(error), refusals);
  return false;
}

/// Builds the value, and remembers the keys of each object that is still open.
class Builder {
 public:
  static constexpr std::size_t max_object_size = boost::json::object::max_size();
  static constexpr std::size_t max_array_size = boost::json::array::max_size();
  static constexpr std::size_t max_key_size = boost::json::string::max_size();
  static constexpr std::size_t max_string_size = boost::json::string::max_size();

  Builder() { values_.reset(); }
  boost::json::value release() { return values_.release(); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }

  bool on_object_begin(error_code&) {
    first_keys_.push_back(keys_.size());
    return true;
  }
  bool on_object_end(std::size_t size, error_code& ec) {
    if (forget_keys_of_object()) return refuse(ec, ParseError::duplicate_key);
    values_.push_object(size);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t size, error_code&) {
    values_.push_array(size);
    return true;
  }

  bool on_key_part(Text part, std::size_t, error_code& ec) {
    values_.push_chars(part);
    key_.append(part);
    return accept_text(part, ec);
  }
  bool on_key(Text part, std::size_t, error_code& ec) {
    values_.push_key(part);
    keys_.push_back(std::move(key_.append(part)));
    key_.clear();
    return accept_text(part, ec);
  }
  bool on_string_part(Text part, std::size_t, error_code& ec) {
    values_.push_chars(part);
    return accept_text(part, ec);
  }
  bool on_string(Text part, std::size_t, error_code& ec) {
    values_.push_string(part);
    return accept_text(part, ec);
  }

  bool on_number_part(Text, error_code&) { return true; }
  bool on_int64(std::int64_t number, Text, error_code&) {
    values_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, Text, error_code&) {
    values_.push_uint64(number);
    return true;
  }
  bool on_double(double number, Text, error_code& ec) {
    if (!std::isfinite(number)) return refuse(ec, ParseError::bad_number);
    values_.push_double(number);
    return true;
  }
  bool on_bool(bool truth, error_code&) {
    values_.push_bool(truth);
    return true;
  }
  bool on_null(error_code&) {
    values_.push_null();
    return true;
  }

  bool on_comment_part(Text, error_code&) { return true; }
  bool on_comment(Text, error_code&) { return true; }

 private:
  static bool accept_text(Text part, error_code& ec) {
    return part.find('\0') == part.npos || refuse(ec, ParseError::null_character);
  }

  /// Whether a key of the innermost open object, which ends here, came twice.
  bool forget_keys_of_object() {
    const auto first = keys_.begin() + static_cast<std::ptrdiff_t>(first_keys_.back());
    std::sort(first, keys_.end());
    const bool twice = std::adjacent_find(first, keys_.end()) != keys_.end();
    keys_.erase(first, keys_.end());
    first_keys_.pop_back();
    return twice;
  }

  boost::json::value_stack values_;
  std::string key_;  ///< The parts so far of the key being read.
  std::vector<std::string> keys_;
  std::vector<std::size_t> first_keys_;
};

ParseError error_of(const error_code& ec) {
  if (ec.category() == refusals) return static_cast<ParseError>(ec.value());
  switch (static_cast<boost::json::error>(ec.value())) {
    case boost::json::error::extra_data: return ParseError::trailing_text;
    case boost::json::error::too_deep: return ParseError::too_deep;
    case boost::json::error::exponent_overflow: return ParseError::bad_number;
    default: return ParseError::malformed;
  }
}

}  // namespace

std::string to_string(const ParseFault& fault) {
  return std::string{sentences[std::to_underlying(fault.error)]} + ", at byte " +
         std::to_string(fault.offset);
}

Parsed parse(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = depth_max;
  boost::json::basic_parser<Builder> parser{options};
  error_code ec;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), ec);
  if (ec) return std::unexpected{ParseFault{error_of(ec), read}};
  if (read < text.size()) return std::unexpected{ParseFault{ParseError::trailing_text, read}};
  return parser.handler().release();
}

}  // namespace base::json
