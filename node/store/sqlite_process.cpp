#include "node/store/sqlite_process.hpp"

#include <sqlite3.h>

#include <mutex>

namespace jiuying::node::sqlite {

void set_up_process() {
    static std::once_flag once;
    // Where a VFS of a test was registered earlier they are refused. It works as well, only slower:
    // statement journals stay in memory by temp_store too.
    std::call_once(once, [] {
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);        // Counting takes a global mutex.
        sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);  // Statement journals stay in memory.
    });
}

}  // namespace jiuying::node::sqlite
