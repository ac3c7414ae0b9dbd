#include "sync/bundle/header.hpp"

#include "schema/assert.hpp"
#include "sync/archive/wire.hpp"
#include "sync/segment/header.hpp"

namespace jiuying::sync {
namespace {

constexpr std::size_t check_size = 12;
constexpr std::size_t checked_size = bundle_header_size - check_size;

void write_fixed(WireWriter& out, std::uint64_t number, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) out.byte(static_cast<std::uint8_t>(number >> (8 * i)));
}

std::uint64_t read_fixed(WireReader& in, std::size_t bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < bytes; ++i) number |= std::uint64_t{in.byte()} << (8 * i);
    return number;
}

Hash16 check_of(View checked) { return blake2b_128({as_view("jy bundle header"), checked}); }

BundleHeader read_header(WireReader& in) {
    BundleHeader header;
    (void)in.raw(bundle_magic.size() + 2);
    header.part = static_cast<std::uint16_t>(read_fixed(in, 2));
    header.parts = static_cast<std::uint16_t>(read_fixed(in, 2));
    if (read_fixed(in, 2) != 0) detail::refuse(Errc::unsupported);
    header.id = in.fixed<16>();
    header.recipient.bytes = in.fixed<16>();
    header.sender.bytes = in.fixed<16>();
    header.district = in.fixed<8>();
    header.manifest_size = static_cast<std::uint32_t>(read_fixed(in, 4));
    header.items_size = read_fixed(in, 8);
    if (header.part < 1 || header.part > header.parts) detail::refuse(Errc::malformed);
    if (header.parts > bundle_parts_max) detail::refuse(Errc::too_large);
    if (header.manifest_size > bundle_manifest_max) detail::refuse(Errc::too_large);
    if (header.items_size > bundle_items_max) detail::refuse(Errc::too_large);
    return header;
}

}  // namespace

DistrictTag district_tag(const ScopeId& district) {
    const Hash16 hash = blake2b_128({as_view("jy district"), district.bytes});
    DistrictTag tag{};
    std::copy_n(hash.begin(), tag.size(), tag.begin());
    return tag;
}

BundleHeaderBytes write_bundle_header(const BundleHeader& header) {
    JY_ASSERT(header.part >= 1 && header.part <= header.parts && header.parts <= bundle_parts_max &&
              header.manifest_size <= bundle_manifest_max && header.items_size <= bundle_items_max);
    Bytes bytes;
    WireWriter out{bytes};
    out.raw(as_view(bundle_magic));
    out.byte(bundle_format);
    out.byte(suite_1);
    write_fixed(out, header.part, 2);
    write_fixed(out, header.parts, 2);
    write_fixed(out, 0, 2);
    out.raw(header.id);
    out.raw(header.recipient.bytes);
    out.raw(header.sender.bytes);
    out.raw(header.district);
    write_fixed(out, header.manifest_size, 4);
    write_fixed(out, header.items_size, 8);
    JY_ASSERT(bytes.size() == checked_size);
    out.raw(View{check_of(bytes)}.first(check_size));
    return *to_array<bundle_header_size>(bytes);
}

Result<BundleHeader> parse_bundle_header(View bytes) {
    const std::size_t known = std::min(bytes.size(), bundle_magic.size());
    if (known == 0) return Errc::truncated;
    if (!std::ranges::equal(bytes.first(known), as_view(bundle_magic).first(known))) {
        return Errc::malformed;
    }
    if (bytes.size() < bundle_header_size) return Errc::truncated;
    const View checked = bytes.first(checked_size);
    const Hash16 check = check_of(checked);
    if (!std::ranges::equal(View{check}.first(check_size),
                            bytes.subspan(checked_size, check_size))) {
        return Errc::not_authentic;
    }
    if (bytes[8] != bundle_format || bytes[9] != suite_1) return Errc::unsupported;
    return decoding(checked, 0, read_header);
}

}  // namespace jiuying::sync
