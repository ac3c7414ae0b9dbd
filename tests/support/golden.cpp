#include "tests/support/golden.hpp"

#include "schema/assert.hpp"
#include "schema/ids.hpp"

#include <array>
#include <fstream>
#include <iterator>

namespace jiuying::test {

using namespace sync;

std::filesystem::path tests_folder() { return std::filesystem::path{JIUYING_SOURCE_DIR} / "tests"; }

Bytes read_golden(const std::string& name) {
    std::ifstream in{tests_folder() / "golden" / name, std::ios::binary};
    JY_ASSERT(in.good());
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write_file(const std::filesystem::path& path, View bytes) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream out{path, std::ios::binary};
    out << as_text(bytes);
    JY_ASSERT(out.good());
}

TouchedRecord created(const Dot& dot, std::uint16_t entity, std::uint8_t byte) {
    TouchedRecord record;
    record.name = {dot, 0};
    record.created = true;
    record.entity = EntityId{entity};
    std::array<std::uint8_t, 10> random{};
    random.fill(byte);
    record.id = schema::make_record_id(wall_ms_then, random);
    return record;
}

Transaction stamped(std::uint64_t txn, const std::string& actor) {
    Transaction transaction;
    transaction.txn = txn;
    transaction.hlc = make_hlc(static_cast<std::uint64_t>(wall_ms_then) + txn * 1000, 0);
    transaction.actor = actor;
    return transaction;
}

Bytes decrypted(View bytes, const Sealer& author) {
    const auto parsed = parse_header(bytes);
    JY_ASSERT(parsed.has_value());
    auto plain =
        aead_open(author.content_key(), parsed->header.nonce, bytes.first(parsed->associated_size),
                  bytes.subspan(parsed->signed_size + Signature{}.size()));
    JY_ASSERT(plain.has_value());
    return std::move(*plain);
}

Bytes lasting_header(View bytes) {
    SegmentHeader header = parse_header(bytes)->header;
    header.dictionary = Dictionary::none;
    header.raw_size = 0;
    Bytes lasting;
    write_associated(lasting, header);
    return lasting;
}

}  // namespace jiuying::test
