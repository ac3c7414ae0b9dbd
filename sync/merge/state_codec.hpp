/// A record's graph as one blob beside its columns.
///
/// Local to a database: authors and actors stand as their local numbers. A value that the column
/// shows is not written twice. The bytes are canonical: equal states give equal blobs, so that
/// `verify` can compare them.
#pragma once

#include "sync/merge/record_state.hpp"

#include <functional>
#include <string>

namespace jiuying::sync {

/// \p shown gives the value in a field's column, or null where the field has none (unknown field,
/// `set`, or nothing shown). Sorts the record's parts on the way.
[[nodiscard]] std::string encode_state(RecordState& record,
                                       const std::function<const Value*(FieldId)>& shown,
                                       const Authors& authors);

/// Fills touches and fields of \p record (name, entity and id are the caller's). False if the
/// blob is damaged, which is whatever encode_state would not have written, or names an author or
/// actor whom this database does not have; \p actors is their number.
[[nodiscard]] bool decode_state(std::string_view blob, RecordState& record,
                                const std::function<const Value*(FieldId)>& shown,
                                const Authors& authors, std::size_t actors);

}  // namespace jiuying::sync
