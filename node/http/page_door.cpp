#include "node/http/page_service.hpp"

#include <boost/asio/ip/address.hpp>

namespace jiuying::node {
namespace {

bool is_loopback(const Address& address) {
    boost::system::error_code failed;
    const auto host = asio::ip::make_address(address.host, failed);
    return !failed && host.is_loopback();
}

}  // namespace

PageDoor page_door(const PageDoorOptions& options) {
    const Result<Address> address = parse_address(options.address, PortZero::allowed);
    const bool here = address && is_loopback(*address);
    const bool files = !options.certificate.empty() || !options.key.empty();
    if (!options.hub && (!here || files)) {
        throw Failure{Error::page_not_local, Detail::address, options.address};
    }
    if (!address) throw Failure{Error::bad_address, Detail::address, options.address};
    PageDoor door{*address, nullptr, {}};
    if (!files) {
        if (!here) {
            throw Failure{Error::page_needs_certificate, Detail::address, options.address};
        }
        if (!options.names.empty()) {
            throw Failure{Error::missing_option, Detail::option, "--tls-cert, --tls-key"};
        }
        return door;
    }
    if (options.certificate.empty() || options.key.empty()) {
        throw Failure{Error::missing_option, Detail::option,
                      options.key.empty() ? "--tls-key" : "--tls-cert"};
    }
    door.tls = std::make_unique<PageTls>(options.certificate, options.key);
    for (const std::string& text : options.names) {
        std::string name = public_name(text);
        if (name.empty()) throw Failure{Error::bad_value, Detail::option, "--public-name"};
        door.names.push_back(std::move(name));
    }
    door.names.insert(door.names.end(), door.tls->names().begin(), door.tls->names().end());
    if (door.names.empty()) {
        throw Failure{Error::page_certificate_nameless, Detail::path, options.certificate};
    }
    return door;
}

}  // namespace jiuying::node
