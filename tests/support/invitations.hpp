/// An invitation as a hub writes it, for tests of who reads it.
#pragma once

#include "node/folder/invitation_file.hpp"
#include "sync/crypto/hash.hpp"
#include "sync/trust/roster.hpp"

#include <string>

namespace jiuying::test {

/// With everything that one may have, made of fixed keys.
inline node::InvitationFile sound_invitation() {
    const auto seeded = [](std::uint8_t byte) {
        sync::Array<32> seed{};
        seed.fill(byte);
        return sync::SigningKey{sync::Secret<32>{seed}};
    };
    const sync::SigningKey hub = seeded(1);
    const sync::SigningKey root = seeded(2);
    node::InvitationFile file;
    file.district = "340207";
    file.district_scope.bytes.fill(3);
    file.hub.name = "鸠江区";
    file.hub.address = "hub.example:7340";
    file.hub.sign_key = hub.verify_key().bytes();
    file.hub.node = node::node_id(file.hub.sign_key);
    file.hub.static_key.fill(4);
    file.hub.box_key.fill(5);
    const sync::HubCertificate said{root.verify_key().bytes(), file.hub.sign_key, 1,
                                    1'795'400'000'000};
    file.hub.certificate = sync::sign_certificate(said, root, sync::as_view(file.district));
    file.station.station_code = "SHG01";
    file.station.name = "四褐山街道便民服务中心";
    file.station.region = "340207001";
    file.station.scope.bytes.fill(6);
    file.station.id.fill(7);
    file.station.number_block = 12;
    file.station.expires_at_ms = 1'795'400'000'000;
    return file;
}

/// As the file's own checksum is made, over what stands in \p document without it.
inline void set_checksum(boost::json::object& document) {
    document.erase("checksum");
    const std::string text = boost::json::serialize(document);
    document["checksum"] = sync::hex_encode(sync::blake2b_128({sync::as_view(text)}));
}

}  // namespace jiuying::test
