#include "schema/assert.hpp"
#include "sync/crypto/padme.hpp"
#include "sync/segment/body.hpp"
#include "sync/segment/transaction_codec.hpp"

#include <algorithm>

namespace jiuying::sync {
namespace {

/// Memory for columns while they are read. The largest honest segment takes about half of it.
constexpr std::size_t columns_budget = 64U << 20U;

constexpr std::size_t signature_size = Signature{}.size();

/// The parts of a segment whose outer bounds are sound.
struct Parts {
    ParsedHeader parsed;
    View associated;
    View signed_bytes;
    View signature;
    View body;
};

Result<Parts> split(View bytes) {
    if (bytes.size() > segment_bytes_max) return Errc::too_large;
    auto parsed = parse_header(bytes);
    if (!parsed) return parsed.error();
    const std::size_t fixed = parsed->signed_size + signature_size;
    if (bytes.size() < fixed + aead_tag_size) return Errc::truncated;
    Parts parts;
    parts.associated = bytes.first(parsed->associated_size);
    parts.signed_bytes = bytes.first(parsed->signed_size);
    parts.signature = bytes.subspan(parsed->signed_size, signature_size);
    parts.body = bytes.subspan(fixed);
    parts.parsed = std::move(*parsed);
    return parts;
}

/// Whether the author really signed a header for this very range and these chain values.
Result<void> check_original(const SegmentHeader& header, const VerifyKey& author, View district) {
    const Restated& restated = *header.restated;
    const auto original = parse_header(restated.header);
    if (!original) return original.error();
    const SegmentHeader& was = original->header;
    if (original->signed_size != restated.header.size() || was.restated) return Errc::malformed;
    const bool same = was.log == header.log && was.first == header.first &&
                      was.count == header.count && was.chain_before == header.chain_before &&
                      was.chain_last == header.chain_last && was.predecessor == header.predecessor;
    if (!same) return Errc::not_authentic;
    if (!author.verify(restated.signature, segment_context, district, log_bytes(was.log),
                       {restated.header})) {
        return Errc::not_authentic;
    }
    return {};
}

bool asks_for_more(const SegmentHeader& header, std::uint32_t understood) {
    return header.minimum_reader > segment_reader || (header.must_understand & ~understood) != 0 ||
           header.dictionary > Dictionary::phrases_v1;
}

Result<void> check_signatures(const Parts& parts, const VerifyKey& author, View district,
                              const VerifyKey* restater, std::uint32_t understood) {
    const SegmentHeader& header = parts.parsed.header;
    if (header.restated && restater == nullptr) return Errc::unsupported;
    const VerifyKey& outer = header.restated ? *restater : author;
    if (!outer.verify(parts.signature, segment_context, district, log_bytes(header.log),
                      {parts.signed_bytes})) {
        return Errc::not_authentic;
    }
    if (asks_for_more(header, understood)) return Errc::unsupported;
    if (header.restated) return check_original(header, author, district);
    return {};
}

/// Stored bytes and padding, which is zeros up to exactly the size that Padmé gives.
Result<UnpackedColumns> read_body(View plain, const SegmentHeader& header, Authors& authors,
                                  AuthorIx author) {
    auto frames = decompress(plain, header.raw_size, header.dictionary);
    if (!frames) return frames.error();
    return decoding(frames->columns, columns_budget, [&](WireReader& columns) {
        WireReader stored{plain.subspan(frames->used), 0};
        UnpackedColumns unpacked =
            read_columns(columns, stored, header.first, header.count, authors, author,
                         (header.must_understand & must_file) != 0);
        const View padding = stored.rest();
        if (padme_size(plain.size() - padding.size()) != plain.size() ||
            std::ranges::any_of(padding, [](std::uint8_t byte) { return byte != 0; })) {
            detail::refuse(Errc::malformed);
        }
        return unpacked;
    });
}

/// Where a transaction may have an origin, and which. A station names itself and another scope than
/// its own; only the hub's inboxes forward what others wrote.
bool origin_fits(const Transaction& transaction, const LogId& log, AuthorIx author) {
    if (!transaction.origin) return true;
    const Origin& origin = *transaction.origin;
    const bool own = origin.dot == Dot{author, transaction.txn};
    switch (log.stream) {
        case Stream::station: return own && origin.scope != log.scope;
        case Stream::inbox: return !own;
        default: return false;
    }
}

/// Checks every transaction and follows the chain through them.
Result<void> check_chain(const OpenedSegment& opened, const Authors& authors, AuthorIx author,
                         std::vector<Hash32>* links) {
    const SegmentHeader& header = opened.header;
    if (header.first == 1 &&
        header.chain_before != log_start(header.log, header.predecessor).chain) {
        return Errc::not_authentic;
    }
    Salts salts{header.first, opened.proof.seeds};
    Hash32 value = header.chain_before;
    Bytes public_part, private_part;
    for (std::size_t i = 0; i < opened.transactions.size(); ++i) {
        const Transaction& transaction = opened.transactions[i];
        const auto sound = detail::check_structure(transaction, authors, author);
        if (!sound) return sound.error();
        if (!origin_fits(transaction, header.log, author)) return Errc::malformed;
        public_part.clear();
        private_part.clear();
        detail::append_public_part(public_part, transaction, authors, author);
        const Hash32* erased = opened.proof.redacted(i);
        if (erased == nullptr) detail::append_private_part(private_part, transaction);
        if (public_part.size() + private_part.size() > Transaction::bytes_max) {
            return Errc::too_large;
        }
        const Salt salt = !opened.proof.each.empty() && erased == nullptr
                              ? std::get<Salt>(opened.proof.each[i])
                          : erased == nullptr ? salts.at(header.first + i)
                                              : Salt{};
        const Hash32 inner = erased != nullptr ? *erased : inner_hash(salt, private_part);
        value = chain_link(value, leaf_hash(inner, public_part));
        if (links != nullptr) links->push_back(value);
    }
    if (value != header.chain_last) return Errc::not_authentic;
    return {};
}

}  // namespace

Result<SegmentHeader> peek(View bytes) {
    auto parts = split(bytes);
    if (!parts) return parts.error();
    return std::move(parts->parsed.header);
}

Result<SegmentHeader> verify_sealed(View bytes, const VerifyKey& author, View district) {
    auto parts = split(bytes);
    if (!parts) return parts.error();
    const SegmentHeader& header = parts->parsed.header;
    if (header.restated) return Errc::unsupported;
    const bool is_signed = author.verify(parts->signature, segment_context, district,
                                         log_bytes(header.log), {parts->signed_bytes});
    if (!is_signed || blake2b({parts->body}) != header.body_hash) return Errc::not_authentic;
    if (header.first == 1 &&
        header.chain_before != log_start(header.log, header.predecessor).chain) {
        return Errc::not_authentic;
    }
    return std::move(parts->parsed.header);
}

Result<SegmentHeader> verify_unread(View bytes, const VerifyKey& author, View district,
                                    std::uint32_t understood) {
    auto header = verify_sealed(bytes, author, district);
    if (header && !asks_for_more(*header, understood)) return Errc::unsupported;
    return header;
}

Result<OpenedSegment> open(View bytes, const VerifyKey& author, const Key32& content_key,
                           View district, Authors& authors, const VerifyKey* restater,
                           std::uint32_t understood, std::vector<Hash32>* links) {
    auto parts = split(bytes);
    if (!parts) return parts.error();
    const SegmentHeader& header = parts->parsed.header;
    if (const auto fine = check_signatures(*parts, author, district, restater, understood); !fine) {
        return fine.error();
    }
    if (blake2b({parts->body}) != header.body_hash) return Errc::not_authentic;
    const auto plain = aead_open(content_key, header.nonce, parts->associated, parts->body);
    if (!plain) return plain.error();
    const AuthorIx ix = authors.intern(header.log.author);
    auto unpacked = read_body(*plain, header, authors, ix);
    if (!unpacked) return unpacked.error();
    if (!header.restated && !unpacked->proof.each.empty()) return Errc::malformed;
    if ((header.must_understand & must_part) == 0) {
        for (std::size_t i = 0; i < unpacked->proof.each.size(); ++i) {
            if (unpacked->proof.in_part(i)) return Errc::malformed;
        }
    }
    OpenedSegment opened{std::move(parts->parsed.header), std::move(unpacked->transactions),
                         std::move(unpacked->proof)};
    if (const auto whole = check_chain(opened, authors, ix, links); !whole) return whole.error();
    return opened;
}

}  // namespace jiuying::sync
