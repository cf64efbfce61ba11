#include "base/json/problem.hpp"

#include <utility>

namespace base::json {

std::string to_string(const Problems& problems) {
  std::string text;
  for (const auto& problem : problems) {
    if (!text.empty()) text += "; ";
    text += problem.path.empty() ? "the document" : problem.path;
    text += ' ' + problem.message;
  }
  return text;
}

std::string Cursor::path() const {
  if (parent_ == nullptr) return {};
  std::string path = parent_->path();
  if (index_ != not_an_element) return path + '[' + std::to_string(index_) + ']';
  if (!path.empty()) path += '.';
  return path.append(name_);
}

bool Cursor::refuse(ProblemKind kind, std::string message) const {
  if (problems_->size() < problems_max) {
    problems_->push_back({.path = path(), .message = std::move(message), .kind = kind});
  }
  return false;
}

}  // namespace base::json
