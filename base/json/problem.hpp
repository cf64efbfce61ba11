#pragma once

/// What is wrong with a document, field by field, so that whoever sent it can mend all of it at
/// once.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace base::json {

enum class ProblemKind : std::uint8_t {
  unknown_field,
  missing,
  wrong_type,    ///< A text where a number belongs.
  out_of_range,  ///< The right type, and yet no acceptable value.
};

struct Problem {
  std::string path;     ///< "pickup.latitude", "fixes[3].at"; empty for the document itself.
  std::string message;  ///< "must be between -90 and 90"
  ProblemKind kind = ProblemKind::wrong_type;

  friend bool operator==(const Problem&, const Problem&) = default;
};

using Problems = std::vector<Problem>;

/// More than this are not collected: the answer to a bad document must not outgrow it.
inline constexpr std::size_t problems_max = 32;

/// "pickup.latitude must be between -90 and 90; name is missing", for logs and dead letters.
std::string to_string(const Problems& problems);

/// What to do with a member that the type does not have: refuse it in what clients send, ignore it
/// in what newer versions of ourselves send.
enum class Unknown : std::uint8_t { refuse, ignore };

/// A place in the document being read, and where problems found there go. It refers to its parent,
/// so it lives no longer than the call it is passed to.
class Cursor {
 public:
  Cursor(Problems& problems, Unknown unknown) : problems_(&problems), unknown_(unknown) {}

  Cursor member(std::string_view name) const { return {*this, name, not_an_element}; }
  Cursor element(std::size_t index) const { return {*this, {}, index}; }

  Unknown unknown() const { return unknown_; }
  std::string path() const;

  /// Records that this place is not as it should be. Always false.
  bool refuse(ProblemKind kind, std::string message) const;

 private:
  static constexpr std::size_t not_an_element = static_cast<std::size_t>(-1);

  Cursor(const Cursor& parent, std::string_view name, std::size_t index)
      : problems_(parent.problems_),
        unknown_(parent.unknown_),
        parent_(&parent),
        name_(name),
        index_(index) {}

  Problems* problems_;
  Unknown unknown_;
  const Cursor* parent_ = nullptr;
  std::string_view name_;
  std::size_t index_ = not_an_element;
};

}  // namespace base::json
