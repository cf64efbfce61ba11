#include "platform/http/router.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>

#include "base/assert.hpp"

namespace platform::http {
namespace {

struct Row {
  std::size_t index;
  std::vector<std::string> names;  ///< Of the parameters.
};

/// The rows of one path, by method.
using Rows = std::array<std::optional<Row>, method_count>;

/// HEAD is GET without the body.
const Row* row_for(const Rows& rows, Method method) {
  if (const auto& own = rows[static_cast<std::size_t>(method)]) return &*own;
  return method == Method::head ? row_for(rows, Method::get) : nullptr;
}

bool is_empty(const Rows& rows) {
  return std::ranges::none_of(rows, [](const auto& row) { return row.has_value(); });
}

std::string allowed(const Rows& rows) {
  std::string methods;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto method = static_cast<Method>(i);
    if (row_for(rows, method)) methods.append(methods.empty() ? "" : ", ").append(name(method));
  }
  return methods;
}

/// Takes the first segment off `path`, which begins with "/" or is at its end.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

}  // namespace

struct Router::Node {
  std::map<std::string, Node, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  Rows rows;

  /// The node that `path` leads to and that has rows. Literals are tried before the parameter.
  const Node* find(std::string_view path, std::vector<std::string_view>& values) const {
    if (path.empty()) return is_empty(rows) ? nullptr : this;
    const auto segment = take_segment(path);
    if (const auto literal = literals.find(segment); literal != literals.end()) {
      if (const auto* found = literal->second.find(path, values)) return found;
    }
    if (!parameter || segment.empty()) return nullptr;
    values.push_back(segment);
    if (const auto* found = parameter->find(path, values)) return found;
    values.pop_back();
    return nullptr;
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Method method, std::string_view pattern, std::size_t index) {
  NEBENGJEK_ASSERT(pattern.starts_with('/'));
  auto* node = root_.get();
  std::vector<std::string> names;
  while (!pattern.empty()) {
    const auto segment = take_segment(pattern);
    if (!is_parameter(segment)) {
      node = &node->literals[std::string{segment}];
      continue;
    }
    names.emplace_back(segment.substr(1, segment.size() - 2));
    if (!node->parameter) node->parameter = std::make_unique<Node>();
    node = node->parameter.get();
  }
  auto& row = node->rows[static_cast<std::size_t>(method)];
  NEBENGJEK_ASSERT(!row);
  row.emplace(index, std::move(names));
}

std::expected<Router::Match, Router::Miss> Router::find(Method method,
                                                        std::string_view path) const {
  std::vector<std::string_view> values;
  const auto* node = path.starts_with('/') ? root_->find(path, values) : nullptr;
  if (node == nullptr) return std::unexpected(Miss{});
  const auto* row = row_for(node->rows, method);
  if (row == nullptr) return std::unexpected(Miss{allowed(node->rows)});

  Match match{.index = row->index, .parameters = {}};
  for (std::size_t i = 0; i < values.size(); ++i)
    match.parameters.emplace_back(row->names[i], std::string{values[i]});
  return match;
}

}  // namespace platform::http
