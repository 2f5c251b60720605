// Whether this process was forked from the one that made an object: most of what an object holds –
// threads, sockets, locks of files – stays with the parent then.
#pragma once

namespace repot::detail {

/// Counts the forks between this process and the one that loaded the library: cheaper to read than
/// the process's number, which takes a system call.
unsigned generation() noexcept;

}  // namespace repot::detail
