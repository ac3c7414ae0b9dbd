/// Fuzzes the head of a backup file.
///
/// Input: an even byte and a head as it is; or an odd one and a body, put under a sound start,
/// checksum and signature of its own, so that the decoder behind them is reached. What opens is
/// encoded again to the same bytes.
#include "node/folder/backup_head.hpp"
#include "schema/assert.hpp"

#include <algorithm>

using namespace jiuying;
using namespace jiuying::node;

namespace {

const sync::SigningKey& signer() {
    static const sync::SigningKey key{*sync::Secret<32>::from(std::vector<std::uint8_t>(32, 7))};
    return key;
}

void check(sync::View head) {
    const auto header = open_backup_header(head);
    if (!header) return;
    const sync::Bytes encoded = encode_backup_header(*header);
    JY_ASSERT(head.size() == encoded.size() + BackupHeader::tail_bytes);
    JY_ASSERT(std::ranges::equal(encoded, head.first(encoded.size())));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const sync::View bytes = sync::View{data, size}.subspan(1);
    if (data[0] % 2 == 0) {
        check(bytes);
        return 0;
    }
    if (bytes.size() > BackupHeader::body_bytes_max) return 0;
    // Where the key stands depends on the texts before it: the body brings its own, or it does not
    // open.
    sync::Bytes encoded(sync::as_view("JYBACKUP").begin(), sync::as_view("JYBACKUP").end());
    encoded.insert(encoded.end(), {1, 1, 1, 0});
    for (unsigned shift = 0; shift < 32; shift += 8) {
        encoded.push_back(static_cast<std::uint8_t>(bytes.size() >> shift));
    }
    sync::append(encoded, bytes);
    check(seal_backup_header(
        encoded, signer().sign(backup_context, sync::as_view("340207"), {}, {encoded})));
    return 0;
}
