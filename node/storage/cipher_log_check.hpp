/// Whether a write-ahead log lost something in its middle, asked once when it is opened.
///
/// SQLite reads a log up to the first frame that is not sound and silently drops the rest: right
/// for a torn tail, for with synchronous=FULL a power cut can only tear the last transaction; but
/// damage before that would drop transactions that were acknowledged. Every frame says which frame
/// its transaction began with, and all before that one were durable when it was written. So a sound
/// frame whose transaction began behind an unsound one proves damage, and nothing else does.
///
/// Pages that were committed and stand neither in the log nor before the end of the database prove
/// that the database lost its end. SQLite would take them for zeros.
///
/// If the log's own header is damaged, SQLite drops all of it. That is harmless just when all of it
/// has reached the database already.
///
/// Not seen: damage within the last transaction (it looks like one that was torn), and a log that
/// was cut short or replaced as a whole by an older one.
#pragma once

#include "node/storage/cipher_file.hpp"

namespace jiuying::node::cipher {

/// SQLITE_OK, SQLITE_IOERR_DATA for damage, or why the files could not be read. Safe while another
/// connection writes the log. \p database is the one that the log belongs to.
[[nodiscard]] int check_log(const PageKeys& keys, const FileBelow& log, const FileBelow& database);

}  // namespace jiuying::node::cipher
