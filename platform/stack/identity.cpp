#include "platform/stack/identity.hpp"

#include <cstring>
#include <string>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/stack/stack.hpp"

namespace platform::stack {
namespace {

namespace fs = std::filesystem;

constexpr Identity in_namespace{Identity::Means::user_namespace, 1000, 1000};

bool write_to(const char* path, const char* text) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const auto size = static_cast<ssize_t>(std::strlen(text));
  const bool written = write(file, text, static_cast<std::size_t>(size)) == size;
  close(file);
  return written;
}

/// We are 0 outside and 1000 inside.
bool enter_namespace() {
  return unshare(CLONE_NEWUSER) == 0 && write_to("/proc/self/setgroups", "deny") &&
         write_to("/proc/self/uid_map", "1000 0 1") && write_to("/proc/self/gid_map", "1000 0 1");
}

bool become(uid_t user, gid_t group) {
  return setgroups(0, nullptr) == 0 && setgid(group) == 0 && setuid(user) == 0;
}

/// What a child that has become `identity` says.
template <class Question>
bool ask_as(const Identity& identity, Question question) {
  const pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) _exit(assume(identity) && question() ? 0 : 1);
  int status = 1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Identity ordinary_user() {
  for (const char* name : {"postgres", "nobody"}) {
    if (const auto* user = getpwnam(name)) {
      return {Identity::Means::other_user, user->pw_uid, user->pw_gid};
    }
  }
  throw CannotStart{"PostgreSQL does not run as root and there is no other user to run it as."};
}

void give_to(const Identity& identity, const fs::path& folder) {
  fs::permissions(folder, fs::perms::group_exec | fs::perms::others_exec, fs::perm_options::add);
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (lchown(entry.path().c_str(), identity.user, identity.group) == 0) continue;
    throw CannotStart{entry.path().string() + ": " + std::strerror(errno)};
  }
}

}  // namespace

Identity identity_for(const fs::path& program, const fs::path& data_folder) {
  if (geteuid() != 0) return {};
  if (ask_as(in_namespace, [] { return true; })) return in_namespace;
  const auto user = ordinary_user();
  give_to(user, data_folder);
  const auto can_work = [&] {
    return access(program.c_str(), X_OK) == 0 && access(data_folder.c_str(), X_OK) == 0;
  };
  if (ask_as(user, can_work)) return user;
  throw CannotStart{"PostgreSQL does not run as root, user namespaces are refused here, and user " +
                    std::to_string(user.user) + " can't reach both " + program.string() + " and " +
                    data_folder.string() +
                    ". Run as another user, or move them to a place that "
                    "everyone may enter."};
}

bool assume(const Identity& identity) {
  switch (identity.means) {
    case Identity::Means::as_we_are: return true;
    case Identity::Means::user_namespace: return enter_namespace();
    case Identity::Means::other_user: return become(identity.user, identity.group);
  }
  return false;
}

}  // namespace platform::stack
