#include "sync/segment/receipt.hpp"

#include "schema/assert.hpp"
#include "sync/archive/bounded_archive.hpp"
#include "sync/segment/signed_note.hpp"

namespace jiuying::sync {
namespace {

constexpr char kind = 'R';

Receipt read_receipt(WireReader& in) {
    detail::read_note_start(in, kind);
    Receipt receipt;
    BoundedInput archive{in};
    archive(receipt.hub, fixed64(receipt.hub_epoch), fixed64(receipt.hub_predecessor), receipt.log,
            receipt.seq, receipt.chain, receipt.stored, receipt.decided, receipt.safe,
            receipt.roster_version, receipt.hub_time_ms);
    // Behind `stored` by how much: mostly nothing, which is one byte each.
    receipt.stored += receipt.seq;
    if (receipt.decided > receipt.stored || receipt.safe > receipt.stored) {
        detail::refuse(Errc::malformed);
    }
    receipt.decided = receipt.stored - receipt.decided;
    receipt.safe = receipt.stored - receipt.safe;
    return receipt;
}

}  // namespace

Bytes sign_receipt(const Receipt& receipt, const SigningKey& hub, View district) {
    JY_ASSERT(receipt.decided <= receipt.stored && receipt.safe <= receipt.stored);
    Bytes bytes;
    WireWriter start{bytes};
    detail::write_note_start(start, kind);
    BoundedOutput archive{bytes};
    archive(receipt.hub, fixed64(receipt.hub_epoch), fixed64(receipt.hub_predecessor), receipt.log,
            receipt.seq, receipt.chain, receipt.stored - receipt.seq,
            receipt.stored - receipt.decided, receipt.stored - receipt.safe, receipt.roster_version,
            receipt.hub_time_ms);
    detail::sign_note(bytes, hub, receipt_context, district, receipt.log);
    return bytes;
}

Result<Receipt> peek_receipt(View bytes) {
    const auto content = detail::note_content(bytes, receipt_bytes_max);
    if (!content) return content.error();
    return decoding(*content, 0, [](WireReader& in) { return read_receipt(in); });
}

Result<Receipt> verify_receipt(View bytes, const VerifyKey& hub, View district) {
    auto receipt = peek_receipt(bytes);
    if (!receipt) return receipt;
    if (!detail::note_verifies(bytes, hub, receipt_context, district, receipt->log)) {
        return Errc::not_authentic;
    }
    return receipt;
}

}  // namespace jiuying::sync
