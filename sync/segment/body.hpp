/// The last step of sealing, shared by authors and restaters: compress, pad, encrypt, sign.
#pragma once

#include "sync/segment/segment.hpp"

namespace jiuying::sync::detail {

/// Fills in what depends on the body (dictionary, sizes, nonce, hash) and returns the segment.
[[nodiscard]] Bytes finish_segment(SegmentHeader header, const ColumnWriter& columns,
                                   const Proof& proof, const SealKeys& keys, const Nonce24& nonce,
                                   int level);

}  // namespace jiuying::sync::detail
