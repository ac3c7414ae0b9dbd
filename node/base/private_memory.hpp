/// Keys and personal data stay in the memory of a process that works with them.
#pragma once

namespace jiuying::node {

/// From now on this process leaves no core dump, and other processes of its owner can't read its
/// memory. Where as much memory may be locked as one likes (LimitMEMLOCK=infinity of a service),
/// nothing of it is swapped out; else only what lies in locked.hpp's is kept out of the swap. What
/// the system refuses stays as it was.
void keep_memory_private();

}  // namespace jiuying::node
