#include "node/folder/backup_head.hpp"

#include "schema/utf8.hpp"
#include "sync/archive/wire.hpp"
#include "sync/crypto/hash.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

constexpr std::string_view magic = "JYBACKUP";
constexpr std::uint8_t version = 1;
constexpr std::uint8_t suite = 1;
constexpr std::size_t text_max = 64;
constexpr std::size_t log_bytes = 16 + 8 + 1 + 16 + 8 + 32;
constexpr std::size_t logs_max = 12'000;
constexpr std::size_t checksum_bytes = 16;

sync::Bytes encode_body(const BackupHeader& header) {
    sync::Bytes body;
    sync::WireWriter out{body};
    out.raw(header.facts.id);
    out.fixed64(static_cast<std::uint64_t>(header.facts.made_ms));
    out.counted(sync::as_view(header.district));
    out.counted(sync::as_view(header.station_code));
    out.raw(header.verify_key);
    out.fixed64(header.keyring_bytes);
    out.raw(header.keyring_hash);
    out.fixed64(header.database_bytes);
    out.raw(header.database_hash);
    out.varint(header.facts.heads.size());
    for (const BackupHead& head : header.facts.heads) {
        out.raw(head.log.author.node.bytes);
        out.fixed64(head.log.author.epoch);
        out.byte(static_cast<std::uint8_t>(head.log.stream));
        out.raw(head.log.scope.bytes);
        out.fixed64(head.position.seq);
        out.raw(head.position.chain);
    }
    return body;
}

std::string text_in(sync::WireReader& in) {
    const std::string text{sync::as_text(in.counted(text_max))};
    if (!schema::is_utf8(text)) sync::detail::refuse(Errc::malformed);
    return text;
}

BackupHead head_in(sync::WireReader& in) {
    BackupHead head;
    head.log.author.node.bytes = in.fixed<16>();
    head.log.author.epoch = in.fixed64();
    const std::uint8_t stream = in.byte();
    if (stream < 1 || stream > 4) sync::detail::refuse(Errc::malformed);
    head.log.stream = static_cast<sync::Stream>(stream);
    head.log.scope.bytes = in.fixed<16>();
    head.position.seq = in.fixed64();
    head.position.chain = in.fixed<32>();
    return head;
}

BackupHeader body_in(sync::WireReader& in) {
    BackupHeader header;
    header.facts.id = in.fixed<16>();
    header.facts.made_ms = static_cast<std::int64_t>(in.fixed64());
    header.district = text_in(in);
    header.station_code = text_in(in);
    header.verify_key = in.fixed<32>();
    header.keyring_bytes = in.fixed64();
    header.keyring_hash = in.fixed<32>();
    header.database_bytes = in.fixed64();
    header.database_hash = in.fixed<32>();
    if (header.keyring_bytes > BackupHeader::keyring_bytes_max) {
        sync::detail::refuse(Errc::too_large);
    }
    const std::size_t logs = in.count(log_bytes, logs_max);
    in.charge(logs * sizeof(BackupHead));
    header.facts.heads.reserve(logs);
    for (std::size_t i = 0; i < logs; ++i) header.facts.heads.push_back(head_in(in));
    return header;
}

}  // namespace

sync::Bytes encode_backup_header(const BackupHeader& header) {
    const sync::Bytes body = encode_body(header);
    sync::Bytes encoded;
    sync::WireWriter out{encoded};
    out.raw(sync::as_view(magic));
    out.byte(version);
    out.byte(suite);
    out.byte(static_cast<std::uint8_t>(header.role));
    out.byte(0);
    for (unsigned shift = 0; shift < 32; shift += 8) {
        out.byte(static_cast<std::uint8_t>(body.size() >> shift));
    }
    out.raw(body);
    return encoded;
}

sync::Bytes seal_backup_header(const sync::Bytes& encoded, const sync::Signature& signature) {
    sync::Bytes whole = encoded;
    sync::append(whole, sync::blake2b_128({encoded}));
    sync::append(whole, signature);
    return whole;
}

Result<std::size_t> backup_head_size(sync::View start) {
    const std::size_t looked_at = std::min(start.size(), magic.size());
    if (sync::as_text(start.first(looked_at)) != magic) return Errc::not_found;
    if (start.size() < BackupHeader::start_bytes) return Errc::truncated;
    if (start[8] > version || (start[8] == version && start[9] != suite)) return Errc::unsupported;
    if (start[8] != version) return Errc::malformed;
    std::size_t body = 0;
    for (std::size_t i = 0; i < 4; ++i) body |= std::size_t{start[12 + i]} << (8U * i);
    if (body > BackupHeader::body_bytes_max) return Errc::too_large;
    return BackupHeader::start_bytes + body + BackupHeader::tail_bytes;
}

Result<BackupHeader> open_backup_header(sync::View head) {
    const auto size = backup_head_size(head);
    if (!size) return size.error();
    if (head.size() != *size) return Errc::truncated;
    const sync::View encoded = head.first(*size - BackupHeader::tail_bytes);
    const sync::View checksum = head.subspan(encoded.size(), checksum_bytes);
    const sync::View signature = head.subspan(encoded.size() + checksum_bytes);
    if (!std::ranges::equal(checksum, sync::blake2b_128({encoded}))) return Errc::malformed;
    const std::uint8_t role = head[10];
    if (role < 1 || role > 2 || head[11] != 0) return Errc::malformed;
    const sync::View body = encoded.subspan(BackupHeader::start_bytes);
    auto header = sync::decoding(body, sync::default_budget(body.size()), body_in);
    if (!header) return Errc::malformed;
    header->role = static_cast<BackupHeader::Role>(role);
    // One spelling of everything: what was signed is what was read.
    if (!std::ranges::equal(encode_backup_header(*header), encoded)) return Errc::malformed;
    const auto key = sync::VerifyKey::parse(header->verify_key);
    const bool signed_by_it = key && key->verify(signature, backup_context,
                                                 sync::as_view(header->district), {}, {encoded});
    if (!signed_by_it) return Errc::not_authentic;
    return header;
}

}  // namespace jiuying::node
