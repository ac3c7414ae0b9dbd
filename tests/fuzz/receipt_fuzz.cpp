/// Fuzzes receipts and key wraps. What is read must be what a writer would have written.
///
/// Input: a receipt or a key wrap with its signature.
#include "schema/assert.hpp"
#include "sync/segment/key_wrap.hpp"
#include "sync/segment/receipt.hpp"

#include <algorithm>

using namespace jiuying;
using namespace jiuying::sync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const View bytes{data, size};
    static const SigningKey key{Secret<32>{}};
    static const BoxKeyPair reader = BoxKeyPair::from_seed(Secret<32>{});
    const auto receipt = peek_receipt(bytes);
    if (receipt) {
        const Bytes again = sign_receipt(*receipt, key, {});
        JY_ASSERT(again.size() == size);
        const std::size_t content = size - Signature{}.size();
        JY_ASSERT(std::ranges::equal(View{again}.first(content), bytes.first(content)));
    }
    static_cast<void>(verify_receipt(bytes, key.verify_key(), {}));
    const auto wrap = peek_key_wrap(bytes);
    JY_ASSERT(!receipt || !wrap);
    static_cast<void>(open_key_wrap(bytes, key.verify_key(), reader, {}));
    return 0;
}
