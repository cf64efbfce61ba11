#include "platform/redis/protocol.hpp"

#include <new>
#include <utility>

#include <hiredis/read.h>

namespace platform::redis {
namespace {

/// Where the value of `task` belongs: the answer itself, or an element of the array around it.
Reply& place_of(const redisReadTask* task) {
  if (!task->parent) return static_cast<Answer*>(task->privdata)->reply;
  auto& array = *static_cast<Reply*>(task->parent->obj);
  return std::get<std::vector<Reply>>(array.value)[static_cast<std::size_t>(task->idx)];
}

// The reader stops with an error when it is given nothing for a value.
template <class Value, class... Arguments>
void* put(const redisReadTask* task, Arguments... arguments) noexcept {
  try {
    auto& place = place_of(task);
    place.value.emplace<Value>(arguments...);
    return &place;
  } catch (const std::exception&) {
    return nullptr;
  }
}

void* put_text(const redisReadTask* task, char* text, std::size_t size) {
  if (task->type == REDIS_REPLY_ERROR && !task->parent) {
    static_cast<Answer*>(task->privdata)->is_error = true;
  }
  return put<std::string>(task, text, size);
}
void* put_array(const redisReadTask* task, int size) {
  return put<std::vector<Reply>>(task, static_cast<std::size_t>(size));
}
void* put_integer(const redisReadTask* task, long long value) {
  return put<std::int64_t>(task, value);
}
void* put_nil(const redisReadTask* task) { return put<std::monostate>(task); }
void keep(void*) {}

redisReplyObjectFunctions builders{.createString = put_text,
                                   .createArray = put_array,
                                   .createInteger = put_integer,
                                   .createNil = put_nil,
                                   .freeObject = keep};

}  // namespace

void encode(const Command& command, std::string& request) {
  request += "*" + std::to_string(command.size()) + "\r\n";
  for (const auto& part : command) {
    request += "$" + std::to_string(part.size()) + "\r\n";
    request += part;
    request += "\r\n";
  }
}

/// hiredis's reader and the answer that it is building.
struct Parser::Reader {
  Reader() : reader(redisReaderCreateWithFunctions(&builders)) {
    if (!reader) throw std::bad_alloc{};
    reader->privdata = &answer;
  }
  ~Reader() { redisReaderFree(reader); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  redisReader* reader;
  Answer answer;
};

Parser::Parser() : reader_(std::make_unique<Reader>()) {}
Parser::~Parser() = default;

void Parser::feed(std::string_view bytes) {
  redisReaderFeed(reader_->reader, bytes.data(), bytes.size());
}

std::optional<Answer> Parser::next() {
  void* complete = nullptr;
  if (redisReaderGetReply(reader_->reader, &complete) != REDIS_OK) {
    throw Unavailable{std::string{"Redis sent what is no answer: "} + reader_->reader->errstr};
  }
  if (!complete) return {};
  return std::exchange(reader_->answer, {});
}

}  // namespace platform::redis
