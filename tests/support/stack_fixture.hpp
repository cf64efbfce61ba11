#pragma once

/// Real servers for tests. The first test of a program that needs them starts a stack of its own in
/// a temporary folder, which is removed at the end; with NEBENGJEK_TEST_STACK_ENV naming the
/// stack.env of one that runs already, that one is used.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "platform/postgres/pool.hpp"
#include "platform/redis/client.hpp"
#include "platform/runtime/runtime.hpp"
#include "platform/stack/stack.hpp"

namespace tests::support {

/// Where the servers are that tests share.
const platform::stack::Addresses& addresses();

/// A stack that belongs to this program, for tests that kill and pause servers. They heal it before
/// they end.
platform::stack::Stack& shared_stack();
/// Where it keeps its data.
const std::filesystem::path& shared_stack_folder();

/// From now on stacks of tests write to the disk what they answer for: for tests that cut the
/// power. Before the shared one has started.
void make_stacks_durable();

/// What stacks of tests are started with: not durable, in a new temporary folder.
platform::stack::Config stack_config();

/// The administrator of the test database.
platform::postgres::PoolConfig administrator_config(
    const platform::stack::Addresses& servers = addresses());

/// A new empty schema with a role of its own, named after `name`, and patient timeouts.
platform::postgres::PoolConfig fresh_database_config(
    std::string_view name, const platform::stack::Addresses& servers = addresses());

/// Redis with a key prefix that no other test uses, and a patient timeout.
platform::redis::Config redis_config(const platform::stack::Addresses& servers = addresses());

/// Runs the coroutine, and then the tasks of its Runtime, to their end on this thread. What it
/// throws comes out; when it takes longer than `limit`, that is an exception too.
using Test = std::function<platform::awaitable<void>(platform::runtime::Runtime&)>;
void run(const Test& test, std::chrono::milliseconds limit = std::chrono::seconds{30});

}  // namespace tests::support
