/// Fuzzes keyrings and recovery files.
///
/// Input: an even byte and the text of a keyring or recovery file; or an odd one and changes (u16
/// place, u8 bits) to a sound keyring, its checksum made right again: it opens as it was, or it
/// does not open.
#include "node/base/files.hpp"
#include "node/keys/recovery_key.hpp"
#include "schema/assert.hpp"
#include "tests/support/keyrings.hpp"

#include <array>

using namespace jiuying;
using namespace jiuying::node;

namespace {

struct Sound {
    std::string text;
    sync::Key32 data_key;
};

const Sound& sound() {
    static const Sound made = [] {
        test::KeyringRoom room{"fuzz"};
        const std::array<Credential, 1> slots{test::key_file(7)};
        const std::array recovery{sync::BoxKey{sync::Array<32>{9}}};
        const auto keyring = Keyring::create(room.path, KeyringSecrets::fresh(room.environment),
                                             slots, room.environment, {}, recovery);
        JY_ASSERT(keyring.has_value());
        const auto bytes = read_file(room.path, Keyring::file_bytes_max);
        return Sound{std::string{sync::as_text(bytes)}, keyring->secrets().data_key->clone()};
    }();
    return made;
}

void change_sound(sync::View changes) {
    std::string text = sound().text;
    const std::size_t checked = text.rfind("checksum ");
    for (; changes.size() >= 3; changes = changes.subspan(3)) {
        const std::size_t at = (changes[0] * 256U + changes[1]) % checked;
        text[at] = static_cast<char>(text[at] ^ changes[2]);
    }
    const bool changed = text != sound().text;
    const std::string before = text.substr(0, checked);
    text =
        before + "checksum " + sync::hex_encode(sync::blake2b_128({sync::as_view(before)})) + "\n";
    const auto opened = Keyring::read(text, test::key_file(7), {});
    JY_ASSERT(opened.has_value() != changed);
    if (opened) JY_ASSERT(opened->secrets().data_key == sound().data_key);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const sync::View bytes = sync::View{data, size}.subspan(1);
    if (data[0] % 2 == 1) {
        change_sound(bytes);
        return 0;
    }
    const std::string_view text = sync::as_text(bytes);
    if (const auto parsed = parse_keyring(text)) {
        const std::string document = keyring_document(parsed->contents);
        const auto again =
            parse_keyring(keyring_text(document, parsed->seal.value_or(sync::Hash32{})));
        JY_ASSERT(again && keyring_document(again->contents) == document);
    }
    (void)Keyring::read(text, test::key_file(7), {});
    (void)read_recovery_public_key(text);
    return 0;
}
