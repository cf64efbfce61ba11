#pragma once

/// What a store needs from PostgreSQL: named statements with typed parameters, and rows by column
/// name. libpq is seen only by this folder's .cpp files.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/postgres/value.hpp"
#include "platform/runtime/awaitable.hpp"

namespace platform::postgres {

/// A statement with a name. The name is the prepared statement's, the metric's and the trace's, so
/// it is unique in a service. Declare them constexpr in the service's queries.hpp.
struct Query {
  std::string_view name;
  std::string_view text;
};

class Row;

/// The rows of one result, in order.
class Rows {
 public:
  Rows() = default;
  Rows(std::vector<std::string> names, std::vector<std::vector<Text>> cells, std::size_t affected)
      : names_(std::move(names)), cells_(std::move(cells)), affected_(affected) {}

  std::size_t size() const { return cells_.size(); }
  bool empty() const { return cells_.empty(); }
  Row operator[](std::size_t index) const;
  Row front() const;

  /// Rows that an INSERT, UPDATE or DELETE touched.
  std::size_t affected() const { return affected_; }

  /// Position of the column; an unknown name is a bug.
  std::size_t column(std::string_view name) const;
  const Text& cell(std::size_t row, std::size_t column) const { return cells_[row][column]; }

  class Iterator;
  Iterator begin() const;
  Iterator end() const;

 private:
  std::vector<std::string> names_;
  std::vector<std::vector<Text>> cells_;
  std::size_t affected_ = 0;
};

class Row {
 public:
  Row(const Rows& rows, std::size_t index) : rows_(&rows), index_(index) {}

  /// The column as T. NULL is a bug unless asked for as std::optional: use `maybe`.
  template <class T>
  T get(std::string_view column) const {
    const Text& text = rows_->cell(index_, rows_->column(column));
    if (!text) bad_value("NULL", column);
    return read_value<T>(*text);
  }
  template <class T>
  std::optional<T> maybe(std::string_view column) const {
    const Text& text = rows_->cell(index_, rows_->column(column));
    if (!text) return {};
    return read_value<T>(*text);
  }

 private:
  const Rows* rows_;
  std::size_t index_;
};

class Rows::Iterator {
 public:
  Iterator(const Rows& rows, std::size_t index) : rows_(&rows), index_(index) {}
  Row operator*() const { return {*rows_, index_}; }
  Iterator& operator++() {
    ++index_;
    return *this;
  }
  bool operator==(const Iterator& other) const { return index_ == other.index_; }

 private:
  const Rows* rows_;
  std::size_t index_;
};

inline Row Rows::operator[](std::size_t index) const { return {*this, index}; }
inline Row Rows::front() const { return {*this, 0}; }
inline Rows::Iterator Rows::begin() const { return {*this, 0}; }
inline Rows::Iterator Rows::end() const { return {*this, size()}; }

/// Where statements run: one connection, used by one coroutine at a time.
class Session {
 public:
  virtual ~Session() = default;

  /// Runs one statement. Throws as errors.hpp says.
  template <class... Parameters>
  awaitable<Rows> run(const Query& query, const Parameters&... parameters) {
    return run_with(query, std::vector<Text>{to_nullable(parameters)...});
  }

  virtual awaitable<Rows> run_with(Query query, std::vector<Text> parameters) = 0;

  /// COPY table (columns) FROM STDIN with the given rows; returns when the server has taken them.
  virtual awaitable<void> copy_in(std::string table_and_columns,
                                  std::vector<std::vector<Text>> rows) = 0;
};

}  // namespace platform::postgres
