#include "sync/trust/roster.hpp"

#include "schema/assert.hpp"
#include "sync/archive/bounded_archive.hpp"
#include "sync/segment/signed_note.hpp"

namespace jiuying::sync {
namespace {

constexpr char entry_kind = 'N';
constexpr char certificate_kind = 'C';
/// Neither belongs to a log.
const LogId no_log{};

template <class Archive>
void both_ways(Archive& archive, RosterCut& cut) {
    archive(fixed64(cut.epoch), cut.seq, cut.chain);
}

template <class Archive>
void both_ways(Archive& archive, RosterEntry& entry) {
    archive(entry.version, between(entry.standing, Standing::active, Standing::revoked),
            entry.sign_key, entry.static_key, entry.box_key, fixed64(entry.epoch), entry.scope,
            text(entry.station, roster_code_max), entry.said_at_ms);
}

template <class Archive>
void both_ways(Archive& archive, HubCertificate& certificate) {
    archive(certificate.root, certificate.hub, certificate.generation, certificate.said_at_ms);
}

RosterEntry read_entry(WireReader& in) {
    detail::read_note_start(in, entry_kind);
    RosterEntry entry;
    BoundedInput archive{in};
    both_ways(archive, entry);
    if (entry.standing == Standing::revoked && in.boolean()) {
        entry.cut.emplace();
        both_ways(archive, *entry.cut);
    }
    if (entry.version == 0) detail::refuse(Errc::malformed);
    return entry;
}

HubCertificate read_certificate(WireReader& in) {
    detail::read_note_start(in, certificate_kind);
    HubCertificate certificate;
    BoundedInput archive{in};
    both_ways(archive, certificate);
    return certificate;
}

}  // namespace

Bytes sign_roster_entry(const RosterEntry& entry, const SigningKey& hub, View district) {
    JY_ASSERT(entry.version > 0 && entry.station.size() <= roster_code_max);
    JY_ASSERT(!entry.cut || entry.standing == Standing::revoked);
    Bytes bytes;
    WireWriter start{bytes};
    detail::write_note_start(start, entry_kind);
    BoundedOutput archive{bytes};
    RosterEntry said = entry;
    both_ways(archive, said);
    if (said.standing == Standing::revoked) {
        archive.wire.byte(said.cut ? 1 : 0);
        if (said.cut) both_ways(archive, *said.cut);
    }
    detail::sign_note(bytes, hub, roster_context, district, no_log);
    return bytes;
}

Result<RosterEntry> peek_roster_entry(View bytes) {
    const auto content = detail::note_content(bytes, roster_entry_bytes_max);
    if (!content) return content.error();
    return decoding(*content, roster_code_max, [](WireReader& in) { return read_entry(in); });
}

Result<RosterEntry> verify_roster_entry(View bytes, const VerifyKey& hub, View district) {
    auto entry = peek_roster_entry(bytes);
    if (!entry) return entry;
    if (!detail::note_verifies(bytes, hub, roster_context, district, no_log)) {
        return Errc::not_authentic;
    }
    return entry;
}

Bytes sign_certificate(const HubCertificate& certificate, const SigningKey& root, View district) {
    JY_ASSERT(root.verify_key().bytes() == certificate.root);
    Bytes bytes;
    WireWriter start{bytes};
    detail::write_note_start(start, certificate_kind);
    BoundedOutput archive{bytes};
    HubCertificate said = certificate;
    both_ways(archive, said);
    detail::sign_note(bytes, root, certificate_context, district, no_log);
    return bytes;
}

Result<HubCertificate> verify_certificate(View bytes, View district) {
    const auto content = detail::note_content(bytes, certificate_bytes_max);
    if (!content) return content.error();
    auto certificate = decoding(*content, 0, [](WireReader& in) { return read_certificate(in); });
    if (!certificate) return certificate;
    const auto root = VerifyKey::parse(certificate->root);
    if (!root) return root.error();
    if (!detail::note_verifies(bytes, *root, certificate_context, district, no_log)) {
        return Errc::not_authentic;
    }
    return certificate;
}

}  // namespace jiuying::sync
