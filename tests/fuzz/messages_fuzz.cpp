// Fuzzes what reads the items of a message inside the encrypted line: HELLO and all the others.
//
// Input: a message. What was read and is written again gives the same bytes.
#include "schema/assert.hpp"
#include "sync/session/messages.hpp"

#include <algorithm>

using namespace jiuying;
using namespace jiuying::sync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const View bytes{data, size};
    message::Reader reader{bytes};
    Bytes again;
    while (!reader.empty()) {
        const Result<message::Any> item = reader.next();
        if (!item) return 0;
        message::write(again, *item);
        JY_ASSERT(again.size() <= bytes.size());
        JY_ASSERT(std::ranges::equal(again, bytes.first(again.size())));
    }
    JY_ASSERT(again.size() == bytes.size());
    return 0;
}
