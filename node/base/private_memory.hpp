/// Keys and personal data stay in the memory of a process that works with them.
#pragma once

namespace jiuying::node {

/// From now on this process leaves no core dump, and other processes of its owner can't read its
/// memory. What the system refuses stays as it was.
void keep_memory_private();

}  // namespace jiuying::node
