/// The zstd dictionary of small segments: phrases that appeals, notes and replies are made of.
///
/// A single appeal is too short for a compressor to learn anything from; with these phrases before
/// it, it takes about a quarter less. The dictionary is raw content (no header, no entropy tables),
/// as ZSTD_CCtx_refPrefix and ZSTD_CCtx_loadDictionary take it.
///
/// Its bytes are part of the wire format: whoever reads a segment that names this dictionary must
/// have exactly them. Never change the text; a better one is a new version with a new number.
#pragma once

#include <string_view>

namespace jiuying::sync {

/// UTF-8 text of our own writing, between 16 and 24 KiB; never ends while the program runs.
[[nodiscard]] std::string_view phrase_dictionary_v1();

}  // namespace jiuying::sync
