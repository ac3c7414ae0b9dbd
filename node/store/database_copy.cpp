#include "node/store/database_copy.hpp"

namespace jiuying::node::sqlite {

void copy_pages(Database& from, Database& to) {
    sqlite3* const target = &to.handle();
    sqlite3_backup* const backup = sqlite3_backup_init(target, "main", &from.handle(), "main");
    if (backup == nullptr) throw Error{sqlite3_extended_errcode(target), 0, "copying a database"};
    (void)sqlite3_backup_step(backup, -1);  // What went wrong comes again at the end.
    const int result = sqlite3_backup_finish(backup);
    if (result != SQLITE_OK) {
        throw Error{result, sqlite3_system_errno(target), "copying a database"};
    }
    if (!to.checkpoint()) throw Error{SQLITE_BUSY, 0, "copying a database"};
}

void reserve_page_ends(Database& db, int bytes) {
    sqlite3* const handle = &db.handle();
    int reserved = -1;
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
    if (reserved == bytes) return;
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
    const int attached = sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 1);  // VACUUM's own.
    db.execute("VACUUM");
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, attached);
}

void succeed_file(Database& db, const std::array<std::uint8_t, 16>& former,
                  const std::array<std::uint8_t, 16>& now) {
    db.statement("UPDATE meta SET value = ? WHERE key = 'file' AND value = ?")
        .run(std::span<const std::uint8_t>{now}, std::span<const std::uint8_t>{former});
}

}  // namespace jiuying::node::sqlite
