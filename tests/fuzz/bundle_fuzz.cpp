/// Fuzzes what a stick may hold: the header of a bundle, its head, its manifest, an item.
///
/// Input: u8 what is fuzzed, then its bytes. A manifest is fuzzed as its author would have signed
/// it: in clear, and, every fourth, sealed and signed.
#include "schema/assert.hpp"
#include "sync/bundle/bundle.hpp"

#include <algorithm>

using namespace jiuying;
using namespace jiuying::sync;

namespace {

Secret<32> secret_of(std::uint8_t byte) {
    Secret<32> secret;
    std::ranges::fill(secret.bytes(), byte);
    return secret;
}

X25519KeyPair pair_of(std::uint8_t byte) { return X25519KeyPair::from_private(secret_of(byte)); }

void fuzz_header(View bytes) {
    const auto header = parse_bundle_header(bytes);
    if (!header) return;
    JY_ASSERT(header->part >= 1 && header->part <= header->parts);
    JY_ASSERT(header->manifest_size <= bundle_manifest_max);
    JY_ASSERT(header->items_size <= bundle_items_max);
    JY_ASSERT(std::ranges::equal(write_bundle_header(*header), bytes.first(bundle_header_size)));
}

/// With a check sum that is right, so that what lies behind it is reached.
void fuzz_checked_header(View bytes) {
    constexpr std::size_t checked = bundle_header_size - 12;
    if (bytes.size() < checked) return;
    Bytes header(bytes.begin(), bytes.begin() + checked);
    std::ranges::copy(bundle_magic, header.begin());
    const Hash16 check = blake2b_128({as_view("jy bundle header"), header});
    header.insert(header.end(), check.begin(), check.begin() + 12);
    fuzz_header(header);
}

void fuzz_manifest(View bytes) {
    const auto manifest = read_bundle_manifest(bytes);
    if (!manifest) return;
    for (const BundleItem& item : manifest->items) {
        JY_ASSERT(item.log < manifest->logs.size() && item.first <= item.last);
    }
    JY_ASSERT(std::ranges::equal(write_bundle_manifest(*manifest), bytes));
}

/// What a sender seals, its recipient opens, and nothing else.
void fuzz_whole(View bytes) {
    auto manifest = read_bundle_manifest(bytes);
    if (!manifest || manifest->hello.enrol) return;
    static const SigningKey signing{secret_of(5)};
    const BundleSealing keys{pair_of(1),   pair_of(2), pair_of(3).public_key(),
                             secret_of(4), signing,    as_view("340207")};
    const auto start = seal_bundle_start({}, *manifest, keys);
    if (!start) return;
    const auto head = open_bundle_head(start->head, pair_of(3));
    JY_ASSERT(head.has_value());
    const auto opened = open_bundle_manifest(start->manifest, *head, as_view("340207"));
    JY_ASSERT(opened &&
              write_bundle_manifest(opened->manifest) == Bytes(bytes.begin(), bytes.end()));
    Bytes changed = start->manifest;
    changed[bytes.size() % changed.size()] ^= 1U;
    JY_ASSERT(!open_bundle_manifest(changed, *head, as_view("340207")));
}

void fuzz_item(View bytes) {
    OpenedHead head;
    head.bundle_key = secret_of(4);
    const auto size = std::min<std::size_t>(bytes.size(), 100);
    const BundleItem item{Lane::station, 0, 1, 1, static_cast<std::uint32_t>(size), Hash16{}};
    JY_ASSERT(!open_bundle_item(bytes, head, 0, item));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const View bytes{data + 1, size - 1};
    switch (data[0] % 6) {
        case 0: fuzz_header(bytes); break;
        case 1: fuzz_checked_header(bytes); break;
        case 2:
            JY_ASSERT(!open_bundle_head(bytes.first(std::min(bytes.size(), bundle_head_size)),
                                        pair_of(9)));
            break;
        case 3: fuzz_item(bytes); break;
        case 4: fuzz_whole(bytes); break;
        default: fuzz_manifest(bytes); break;
    }
    return 0;
}
