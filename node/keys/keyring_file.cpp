#include "node/keys/keyring_file.hpp"

#include <boost/json.hpp>

namespace jiuying::node {
namespace {

namespace json = boost::json;

constexpr std::string_view format_name = "jiuying-keyring";
constexpr std::int64_t format_version = 1;
constexpr std::string_view checksum_label = "checksum ";

std::string checksum_line(std::string_view document) {
    const auto checksum = sync::blake2b_128({sync::as_view(document)});
    return std::string{checksum_label} + sync::hex_encode(checksum) + "\n";
}

json::object slot_document(const Keyring::Slot& slot) {
    json::object document;
    if (slot.kind == Keyring::Slot::Kind::passphrase) {
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

Result<Keyring::Slot> parse_slot(const json::value& value) {
    if (!value.is_object()) return Errc::malformed;
    Members members{value.get_object()};
    Keyring::Slot slot;
    const std::string_view kind = members.text("kind");
    if (kind == "passphrase") {
        slot.cost.memory_kib = members.number("argon2id_memory_kib");
        slot.cost.passes = members.number("argon2id_passes");
    } else if (kind == "key_file") {
        slot.kind = Keyring::Slot::Kind::key_file;
    } else {
        return Errc::malformed;
    }
    slot.salt = members.fixed<16>("salt");
    slot.nonce = members.fixed<24>("nonce");
    slot.wrapped = members.bytes("wrapped");
    if (members.bad()) return Errc::malformed;
    return slot;
}

/// The document without its checksum line, if that is right.
Result<std::string_view> checked_document(std::string_view text) {
    const std::size_t line = checksum_label.size() + 32 + 1;
    if (text.size() <= line) return Errc::malformed;
    const std::string_view document = text.substr(0, text.size() - line);
    if (text.substr(document.size()) != checksum_line(document)) return Errc::malformed;
    return document;
}

}  // namespace

std::string write_keyring(const Keyring::Contents& contents) {
    json::array slots;
    for (const auto& slot : contents.slots) slots.push_back(slot_document(slot));
    json::object document;
    document["format"] = format_name;
    document["version"] = format_version;
    document["verify_key"] = sync::hex_encode(contents.verify_key);
    document["exchange_key"] = sync::hex_encode(contents.exchange_key);
    document["box_key"] = sync::hex_encode(contents.box_key);
    document["slots"] = std::move(slots);
    document["nonce"] = sync::hex_encode(contents.nonce);
    document["sealed"] = sync::hex_encode(contents.sealed);
    const std::string text = json::serialize(document) + "\n";
    return text + checksum_line(text);
}

Result<Keyring::Contents> parse_keyring(std::string_view text) {
    const auto document = checked_document(text);
    if (!document) return document.error();
    json::error_code failed;
    const json::value value = json::parse(*document, failed);
    if (failed || !value.is_object()) return Errc::malformed;
    Members members{value.get_object()};
    if (members.text("format") != format_name) return Errc::malformed;
    const std::uint32_t version = members.number("version");
    if (members.bad()) return Errc::malformed;
    if (version != format_version) return Errc::unsupported;

    Keyring::Contents contents;
    contents.verify_key = members.fixed<32>("verify_key");
    contents.exchange_key = members.fixed<32>("exchange_key");
    contents.box_key = members.fixed<32>("box_key");
    contents.nonce = members.fixed<24>("nonce");
    contents.sealed = members.bytes("sealed");
    const json::value* slots = value.get_object().if_contains("slots");
    if (members.bad() || slots == nullptr || !slots->is_array()) return Errc::malformed;
    if (slots->get_array().size() > Keyring::slots_max) return Errc::malformed;
    for (const json::value& entry : slots->get_array()) {
        auto slot = parse_slot(entry);
        if (!slot) return slot.error();
        contents.slots.push_back(*std::move(slot));
    }
    return contents;
}

}  // namespace jiuying::node
