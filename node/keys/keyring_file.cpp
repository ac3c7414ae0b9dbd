#include "node/keys/keyring_file.hpp"

#include "sync/crypto/hash.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace jiuying::node {
namespace {

namespace json = boost::json;

constexpr std::string_view format_name = "jiuying-keyring";
constexpr std::uint32_t first_version = 1;
constexpr std::uint32_t format_version = 2;
constexpr std::string_view seal_label = "seal ";
constexpr std::string_view checksum_label = "checksum ";

std::string checksum_line(std::string_view document) {
    const auto checksum = sync::blake2b_128({sync::as_view(document)});
    return std::string{checksum_label} + sync::hex_encode(checksum) + "\n";
}

json::object slot_document(const KeyringSlot& slot) {
    json::object document;
    if (slot.kind == KeyringSlot::Kind::recovery) {
        document["kind"] = "recovery";
        document["recovery_key"] = sync::hex_encode(slot.recovery_key);
        document["wrapped"] = sync::hex_encode(slot.wrapped);
        return document;
    }
    if (slot.kind == KeyringSlot::Kind::passphrase) {
        document["kind"] = "passphrase";
        document["argon2id_memory_kib"] = slot.cost.memory_kib;
        document["argon2id_passes"] = slot.cost.passes;
    } else {
        document["kind"] = "key_file";
    }
    document["salt"] = sync::hex_encode(slot.salt);
    document["nonce"] = sync::hex_encode(slot.nonce);
    document["wrapped"] = sync::hex_encode(slot.wrapped);
    return document;
}

/// Reads members of one object; the first that is missing or of another type marks all as bad.
class Members {
public:
    explicit Members(const json::object& object) : object_(object) {}

    std::string_view text(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        if (value == nullptr || !value->is_string()) return bad_ = true, std::string_view{};
        return std::string_view{value->get_string()};
    }
    std::uint32_t number(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        const bool fits = value != nullptr && value->is_int64() && value->get_int64() >= 0 &&
                          value->get_int64() <= 0x7FFFFFFF;
        if (!fits) return bad_ = true, 0;
        return static_cast<std::uint32_t>(value->get_int64());
    }
    template <std::size_t N>
    sync::Array<N> fixed(std::string_view name) {
        const auto bytes = sync::hex_decode_array<N>(text(name));
        if (!bytes) return bad_ = true, sync::Array<N>{};
        return *bytes;
    }
    sync::Bytes bytes(std::string_view name) {
        auto bytes = sync::hex_decode(text(name));
        if (!bytes) return bad_ = true, sync::Bytes{};
        return *std::move(bytes);
    }
    bool bad() const { return bad_; }

private:
    const json::object& object_;
    bool bad_ = false;
};

Result<KeyringSlot> parse_slot(const json::value& value) {
    if (!value.is_object()) return Errc::malformed;
    Members members{value.get_object()};
    KeyringSlot slot;
    const std::string_view kind = members.text("kind");
    if (kind == "passphrase") {
        slot.cost.memory_kib = members.number("argon2id_memory_kib");
        slot.cost.passes = members.number("argon2id_passes");
    } else if (kind == "key_file") {
        slot.kind = KeyringSlot::Kind::key_file;
    } else if (kind == "recovery") {
        slot.kind = KeyringSlot::Kind::recovery;
        slot.recovery_key = members.fixed<32>("recovery_key");
    } else {
        return Errc::malformed;
    }
    if (slot.daily()) {
        slot.salt = members.fixed<16>("salt");
        slot.nonce = members.fixed<24>("nonce");
    }
    slot.wrapped = members.bytes("wrapped");
    if (members.bad()) return Errc::malformed;
    return slot;
}

/// What stands before the last line if that is `label` and the hex of `size` bytes; the bytes go
/// into \p value.
Result<std::string_view> without_line(std::string_view text, std::string_view label,
                                      std::size_t size, sync::Bytes& value) {
    const std::size_t line = label.size() + 2 * size + 1;
    if (text.size() <= line || !text.ends_with('\n')) return Errc::malformed;
    const std::string_view before = text.substr(0, text.size() - line);
    const std::string_view last = text.substr(before.size(), line - 1);
    if (!before.ends_with('\n') || !last.starts_with(label)) return Errc::malformed;
    auto bytes = sync::hex_decode(last.substr(label.size()));
    // One way to write it: in lower case.
    if (!bytes || sync::hex_encode(*bytes) != last.substr(label.size())) return Errc::malformed;
    value = *std::move(bytes);
    return before;
}

Result<KeyringContents> parse_contents(const json::object& document) {
    Members members{document};
    KeyringContents contents;
    contents.owner.verify_key = members.fixed<32>("verify_key");
    contents.owner.exchange_key = members.fixed<32>("exchange_key");
    contents.owner.box_key = members.fixed<32>("box_key");
    contents.nonce = members.fixed<24>("nonce");
    contents.sealed = members.bytes("sealed");
    const json::value* slots = document.if_contains("slots");
    if (members.bad() || slots == nullptr || !slots->is_array()) return Errc::malformed;
    if (slots->get_array().size() > KeyringContents::slots_max) return Errc::malformed;
    for (const json::value& entry : slots->get_array()) {
        auto slot = parse_slot(entry);
        if (!slot) return slot.error();
        contents.slots.push_back(*std::move(slot));
    }
    return contents;
}

}  // namespace

std::string keyring_document(const KeyringContents& contents) {
    json::array slots;
    for (const auto& slot : contents.slots) slots.push_back(slot_document(slot));
    json::object document;
    document["format"] = format_name;
    document["version"] = format_version;
    document["verify_key"] = sync::hex_encode(contents.owner.verify_key);
    document["exchange_key"] = sync::hex_encode(contents.owner.exchange_key);
    document["box_key"] = sync::hex_encode(contents.owner.box_key);
    document["slots"] = std::move(slots);
    document["nonce"] = sync::hex_encode(contents.nonce);
    document["sealed"] = sync::hex_encode(contents.sealed);
    return json::serialize(document) + "\n";
}

std::string keyring_text(const std::string& document, const sync::Hash32& seal) {
    const std::string text = document + std::string{seal_label} + sync::hex_encode(seal) + "\n";
    return text + checksum_line(text);
}

Result<KeyringText> parse_keyring(std::string_view text) {
    sync::Bytes checksum;
    auto checked = without_line(text, checksum_label, sizeof(sync::Hash16), checksum);
    if (!checked) return checked.error();
    if (text.substr(checked->size()) != checksum_line(*checked)) return Errc::malformed;
    KeyringText read;
    sync::Bytes seal;
    if (const auto document = without_line(*checked, seal_label, sizeof(sync::Hash32), seal)) {
        read.document = *document;
        read.seal.emplace();
        std::ranges::copy(seal, read.seal->begin());
    } else {
        read.document = *checked;
    }
    json::error_code failed;
    const json::value value = json::parse(read.document, failed);
    if (failed || !value.is_object()) return Errc::malformed;
    Members members{value.get_object()};
    if (members.text("format") != format_name) return Errc::malformed;
    const std::uint32_t version = members.number("version");
    if (members.bad()) return Errc::malformed;
    if (version > format_version) return Errc::unsupported;
    if (version < first_version || (version == first_version) == read.seal.has_value()) {
        return Errc::malformed;
    }
    auto contents = parse_contents(value.get_object());
    if (!contents) return contents.error();
    read.contents = *std::move(contents);
    return read;
}

}  // namespace jiuying::node
