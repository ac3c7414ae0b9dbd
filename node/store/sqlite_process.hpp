/// SQLite's settings of the whole process.
#pragma once

namespace jiuying::node::sqlite {

/// Before SQLite's first use, which the registration of a VFS is too: later it refuses them. Cheap
/// and safe to call again from any thread.
void set_up_process();

}  // namespace jiuying::node::sqlite
