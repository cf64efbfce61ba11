#pragma once

/// A test against the running program. When it fails, it shows what the program complained of
/// meanwhile.

#include <iostream>

#include <gtest/gtest.h>

#include "tests/support/eventually.hpp"
#include "tests/system/city.hpp"
#include "tests/system/replies.hpp"
#include "tests/system/steps.hpp"

namespace tests::system {

using support::eventually;

class SystemTest : public testing::Test {
 protected:
  explicit SystemTest(Shape shape = Shape::one_process)
      : backend(tests::system::backend(shape)), complaints_before_(backend.complaints().size()) {}

  ~SystemTest() override {
    if (!HasFailure()) return;
    const auto complaints = backend.complaints();
    for (std::size_t i = complaints_before_; i < complaints.size(); ++i) {
      std::cerr << complaints[i] << '\n';
    }
  }

  void visit(const Visit& each) { tests::system::visit(backend, each); }

  Backend& backend;

 private:
  std::size_t complaints_before_;
};

}  // namespace tests::system
