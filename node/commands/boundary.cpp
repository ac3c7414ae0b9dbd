#include "node/commands/boundary.hpp"

#include "node/replica/audit_records.hpp"
#include "node/store/sqlite.hpp"

#include <filesystem>
#include <new>
#include <system_error>

namespace jiuying::node {
namespace {

Failure of_database(const sqlite::Error& error) {
    if (error.is_full()) return Failure{Error::disk_full};
    if (error.is_corrupt() || error.is_notadb()) return Failure{Error::database_damaged};
    if (error.is_busy()) return Failure{Error::database_busy};
    switch (error.code()) {
        case SQLITE_PERM:
        case SQLITE_READONLY: return Failure{Error::no_permission};
        case SQLITE_NOMEM: return Failure{Error::out_of_memory};
        case SQLITE_IOERR: return Failure{Error::disk_failing};
        case SQLITE_CANTOPEN: return Failure{Error::database_damaged};
        default: break;
    }
    // SQLite's code alone: its message may quote SQL, and a number is enough to look it up.
    return Failure{Error::unexpected, Detail::reason,
                   "SQLite " + std::to_string(error.extended_code())};
}

Failure of_file(const std::filesystem::filesystem_error& error) {
    const std::error_code code = error.code();
    Error kind = Error::unexpected;
    if (code == std::errc::no_space_on_device || code == std::errc::file_too_large ||
        code == std::error_code{EDQUOT, std::system_category()}) {
        kind = Error::disk_full;
    } else if (code == std::errc::permission_denied || code == std::errc::operation_not_permitted ||
               code == std::errc::read_only_file_system) {
        kind = Error::no_permission;
    } else if (code == std::errc::io_error) {
        kind = Error::disk_failing;
    } else if (code == std::errc::no_such_file_or_directory || code == std::errc::is_a_directory) {
        kind = Error::missing_file;
    }
    Failure failure{kind, Detail::path, error.path1().string()};
    return failure.with(Detail::reason, code.message());
}

}  // namespace

void rethrow_as_failure(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const Failure&) {
        throw;
    } catch (const AuditUnwritable&) {
        throw Failure{Error::audit_not_written};
    } catch (const sqlite::TooNew&) {
        throw Failure{Error::newer_version};
    } catch (const sqlite::Error& error) {
        throw of_database(error);
    } catch (const std::filesystem::filesystem_error& error) {
        throw of_file(error);
    } catch (const std::bad_alloc&) {
        throw Failure{Error::out_of_memory};
    } catch (const std::system_error& error) {
        throw Failure{Error::unexpected, Detail::reason, error.code().message()};
    } catch (...) {
        throw Failure{Error::unexpected};
    }
}

}  // namespace jiuying::node
