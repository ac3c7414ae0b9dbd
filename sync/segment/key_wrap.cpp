#include "sync/segment/key_wrap.hpp"

#include "schema/assert.hpp"
#include "sync/archive/bounded_archive.hpp"
#include "sync/segment/signed_note.hpp"

#include <algorithm>

namespace jiuying::sync {
namespace {

constexpr char kind = 'W';

KeyWrap read_wrap(WireReader& in) {
    detail::read_note_start(in, kind);
    KeyWrap wrap;
    BoundedInput archive{in};
    archive(wrap.log, wrap.key, wrap.first_seq, wrap.reader, wrap.box);
    return wrap;
}

}  // namespace

Result<Bytes> make_key_wrap(KeyWrap wrap, const Key32& content_key, const BoxKey& reader_key,
                            const Secret<32>& seed, const SigningKey& author, View district) {
    const auto box = box_seal(reader_key, seed, content_key.view());
    if (!box) return box.error();
    JY_ASSERT(box->size() == wrap.box.size());
    std::ranges::copy(*box, wrap.box.begin());
    wrap.key = key_id(content_key);
    Bytes bytes;
    WireWriter start{bytes};
    detail::write_note_start(start, kind);
    BoundedOutput archive{bytes};
    archive(wrap.log, wrap.key, wrap.first_seq, wrap.reader, wrap.box);
    detail::sign_note(bytes, author, key_wrap_context, district, wrap.log);
    return bytes;
}

Result<KeyWrap> peek_key_wrap(View bytes) {
    const auto content = detail::note_content(bytes, key_wrap_bytes_max);
    if (!content) return content.error();
    return decoding(*content, 0, [](WireReader& in) { return read_wrap(in); });
}

Result<Key32> open_key_wrap(View bytes, const VerifyKey& author, const BoxKeyPair& reader,
                            View district) {
    const auto wrap = peek_key_wrap(bytes);
    if (!wrap) return wrap.error();
    if (!detail::note_verifies(bytes, author, key_wrap_context, district, wrap->log)) {
        return Errc::not_authentic;
    }
    auto plain = box_open(reader, wrap->box);
    if (!plain) return Errc::wrong_key;
    auto content_key = Key32::from(*plain);
    wipe(*plain);
    if (!content_key) return Errc::malformed;
    if (key_id(*content_key) != wrap->key) return Errc::wrong_key;
    return content_key;
}

}  // namespace jiuying::sync
