/// Fuzzes roster entries, hub certificates, checkpoints, and the files of the root key.
///
/// Input: a byte that says which, and its bytes. Whatever is read is written back as it was;
/// nothing verifies that the keys of this program did not sign.
#include "node/keys/root_key.hpp"
#include "schema/assert.hpp"
#include "sync/trust/checkpoint.hpp"
#include "sync/trust/roster.hpp"

#include <algorithm>

using namespace jiuying;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const sync::View bytes{data + 1, size - 1};
    const sync::View district = sync::as_view("340207");
    sync::Array<32> seed{};
    seed.fill(1);
    static const sync::SigningKey hub{sync::Secret<32>{seed}};
    switch (data[0] % 4) {
        case 0: {
            const auto entry = sync::peek_roster_entry(bytes);
            if (!entry) break;
            const sync::Bytes again = sync::sign_roster_entry(*entry, hub, district);
            const auto read = sync::verify_roster_entry(again, hub.verify_key(), district);
            JY_ASSERT(read.has_value() && *read == *entry);
            const bool ours =
                sync::verify_roster_entry(bytes, hub.verify_key(), district).has_value();
            JY_ASSERT(!ours || std::ranges::equal(again, bytes));
            break;
        }
        case 1: (void)sync::verify_certificate(bytes, district); break;
        case 3: {
            const auto read = sync::verify_checkpoint(bytes, hub.verify_key(), district);
            if (!read) break;
            const sync::Bytes again = sync::sign_checkpoint(*read, hub, district);
            JY_ASSERT(std::ranges::equal(again, bytes));
            break;
        }
        default: {
            const std::string_view text = sync::as_text(bytes);
            const auto request = node::read_hub_request(text);
            if (request) {
                const auto again = node::read_hub_request(node::write_hub_request(*request));
                JY_ASSERT(again.has_value() && again->hub == request->hub);
            }
            (void)node::read_certificate_file(text);
        }
    }
    return 0;
}
