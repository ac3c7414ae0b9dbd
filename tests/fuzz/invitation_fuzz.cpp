/// Fuzzes invitation files.
///
/// Input: an even byte and the text of a file; or an odd one and changes (u16 place, u8 bits) to
/// the text of a sound one, its checksum made right again where it still is a document. Whatever is
/// read is written back and read again as it was.
#include "schema/assert.hpp"
#include "tests/support/invitations.hpp"

using namespace jiuying;
namespace json = boost::json;

namespace {

void read(const json::value& document) {
    try {
        const node::InvitationFile file = node::parse_invitation(document);
        const json::object again = node::to_json(file);
        const node::InvitationFile same = node::parse_invitation(again);
        JY_ASSERT(json::serialize(node::to_json(same)) == json::serialize(again));
        JY_ASSERT(node::node_id(file.hub.sign_key) == file.hub.node);
        (void)node::profile_of(file);
    } catch (const node::Failure&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    sync::View bytes = sync::View{data, size}.subspan(1);
    std::string text{sync::as_text(bytes)};
    const bool changes = data[0] % 2 == 1;
    if (changes) {
        static const std::string sound = json::serialize(node::to_json(test::sound_invitation()));
        text = sound;
        for (; bytes.size() >= 3; bytes = bytes.subspan(3)) {
            const std::size_t at = (bytes[0] * 256U + bytes[1]) % text.size();
            text[at] = static_cast<char>(text[at] ^ bytes[2]);
        }
    }
    json::error_code error;
    json::value document = json::parse(text, error);
    if (error) return 0;
    if (changes && document.is_object()) test::set_checksum(document.get_object());
    read(document);
    return 0;
}
