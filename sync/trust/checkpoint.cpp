#include "sync/trust/checkpoint.hpp"

#include "schema/assert.hpp"
#include "sync/archive/bounded_archive.hpp"
#include "sync/crypto/hash.hpp"
#include "sync/segment/signed_note.hpp"

namespace jiuying::sync {
namespace {

constexpr char kind = 'P';
/// It speaks of many logs.
const LogId no_log{};

template <class Archive>
void both_ways(Archive& archive, CheckpointHead& head) {
    archive(head.log, head.seq, head.chain);
}

Checkpoint read_checkpoint(WireReader& in) {
    detail::read_note_start(in, kind);
    Checkpoint checkpoint;
    BoundedInput archive{in};
    archive(checkpoint.number, fixed64(checkpoint.epoch), checkpoint.previous,
            checkpoint.said_at_ms);
    const std::uint64_t count = in.varint();
    if (count > checkpoint_heads_max) detail::refuse(Errc::too_large);
    for (std::uint64_t i = 0; i < count; ++i) {
        both_ways(archive, checkpoint.heads.emplace_back());
    }
    if (checkpoint.number == 0) detail::refuse(Errc::malformed);
    return checkpoint;
}

}  // namespace

Bytes sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& hub, View district) {
    JY_ASSERT(checkpoint.number > 0 && checkpoint.heads.size() <= checkpoint_heads_max);
    Checkpoint said = checkpoint;
    Bytes bytes;
    WireWriter start{bytes};
    detail::write_note_start(start, kind);
    BoundedOutput archive{bytes};
    archive(said.number, fixed64(said.epoch), said.previous, said.said_at_ms);
    archive.wire.varint(said.heads.size());
    for (CheckpointHead& head : said.heads) both_ways(archive, head);
    detail::sign_note(bytes, hub, checkpoint_context, district, no_log);
    JY_ASSERT(bytes.size() <= checkpoint_bytes_max);
    return bytes;
}

Result<Checkpoint> verify_checkpoint(View bytes, const VerifyKey& hub, View district) {
    const auto content = detail::note_content(bytes, checkpoint_bytes_max);
    if (!content) return content.error();
    auto checkpoint = decoding(*content, 0, [](WireReader& in) { return read_checkpoint(in); });
    if (!checkpoint) return checkpoint;
    if (!detail::note_verifies(bytes, hub, checkpoint_context, district, no_log)) {
        return Errc::not_authentic;
    }
    return checkpoint;
}

Hash32 checkpoint_hash(View bytes) {
    return Hasher{32}.add(checkpoint_context).add(bytes).finish_as<32>();
}

}  // namespace jiuying::sync
