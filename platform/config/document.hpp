#pragma once

/// What the operator has written: a TOML file and environment variables, flattened to dotted paths,
/// each entry with the place where it stands. Nothing here knows which keys exist.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace platform::config {

/// Sentences for the person at the terminal. None: all is well.
using Problems = std::vector<std::string>;

/// From an environment variable: which type it is meant to be, only the key knows.
struct Untyped {
  std::string text;
};

/// A value in the file that no key can have, by the name of its type: "array of tables".
struct Unsupported {
  std::string type;
};

using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>,
                           Untyped, Unsupported>;

struct Entry {
  std::string path;   ///< "rides.platform_fee_bp"
  std::string place;  ///< "nebengjek.toml:12" or "NEBENGJEK_RIDES__PLATFORM_FEE_BP"
  Value value;
};

struct Document {
  /// In the order of reading; of two with one path the later counts: the environment over the file.
  std::vector<Entry> entries;
  Problems problems;  ///< Why the file could not be read.
};

/// `file_name` is used in messages only.
Document read_toml(std::string_view text, std::string_view file_name);

/// Appends the variables of configuration: NEBENGJEK_, then the path in capitals with two
/// underscores for each dot. Other variables, also NEBENGJEK_ ones without two underscores, are not
/// ours. `variables` are "NAME=value", as the process was given them.
void add_environment(Document& document, std::span<const std::string> variables);

/// Both. Without `file` the environment alone; an absent or unreadable file is a problem.
Document read(const std::optional<std::filesystem::path>& file,
              std::span<const std::string> variables);

/// The environment of this process.
std::vector<std::string> process_environment();

/// NEBENGJEK_RIDES__PLATFORM_FEE_BP
std::string variable_of(std::string_view path);

}  // namespace platform::config
