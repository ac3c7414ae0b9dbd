#include "node/http/page_tls.hpp"

#include "node/base/files.hpp"
#include "node/cli/errors.hpp"
#include "sync/crypto/secret.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>

#include <algorithm>
#include <ctime>
#include <memory>

#include <openssl/err.h>
#include <openssl/x509v3.h>

namespace jiuying::node {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

constexpr std::size_t file_bytes_max = 256U << 10U;
constexpr std::size_t name_bytes_max = 253;  ///< Of a name in the DNS.

struct FreeNames {
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

sync::Bytes contents(const std::filesystem::path& path) {
    try {
        return read_file(path, file_bytes_max);
    } catch (const std::filesystem::filesystem_error& error) {
        const bool denied = error.code() == std::errc::permission_denied;
        throw Failure{denied ? Error::no_permission : Error::missing_file, Detail::path,
                      path.string()};
    }
}

[[noreturn]] void refuse(const std::filesystem::path& path, const error_code& why) {
    ERR_clear_error();
    throw Failure{Error::page_certificate_bad, Detail::path, path.string()}.with(Detail::reason,
                                                                                 why.message());
}

std::int64_t ms_of(const ASN1_TIME* time) {
    std::tm broken{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &broken) != 1) return 0;
    return std::int64_t{::timegm(&broken)} * 1000;
}

std::string text_of(const ASN1_STRING* text) {
    // Characters of a name are bytes to OpenSSL.
    const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(text));
    return {bytes, static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string address_text(const ASN1_STRING* bytes) {
    const std::string raw = text_of(bytes);
    if (raw.size() == 4) {
        boost::asio::ip::address_v4::bytes_type four{};
        std::copy(raw.begin(), raw.end(), four.begin());
        return boost::asio::ip::make_address_v4(four).to_string();
    }
    if (raw.size() != 16) return {};
    boost::asio::ip::address_v6::bytes_type sixteen{};
    std::copy(raw.begin(), raw.end(), sixteen.begin());
    return boost::asio::ip::make_address_v6(sixteen).to_string();
}

std::vector<std::string> names_of(X509* certificate) {
    std::vector<std::string> names;
    const std::unique_ptr<GENERAL_NAMES, FreeNames> all{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
    const int count = all ? sk_GENERAL_NAME_num(all.get()) : 0;
    for (int i = 0; i < count; ++i) {
        int kind = 0;
        const void* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(all.get(), i), &kind);
        const auto* text = static_cast<const ASN1_STRING*>(value);
        std::string name;
        if (kind == GEN_DNS) name = public_name(text_of(text));
        if (kind == GEN_IPADD) name = public_name(address_text(text));
        if (!name.empty()) names.push_back(std::move(name));
    }
    return names;
}

}  // namespace

std::string public_name(const std::string& text) {
    std::string bare = text;
    if (bare.starts_with('[') && bare.ends_with(']')) bare = bare.substr(1, bare.size() - 2);
    error_code failed;
    const auto address = boost::asio::ip::make_address(bare, failed);
    if (!failed) return address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    if (bare != text || bare.empty() || bare.size() > name_bytes_max) return {};
    for (char& letter : bare) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
        const bool fits = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                          letter == '-' || letter == '.';
        if (!fits) return {};
    }
    const bool dotted =
        bare.starts_with('.') || bare.ends_with('.') || bare.find("..") != std::string::npos;
    return dotted ? std::string{} : bare;
}

PageTls::PageTls(const std::filesystem::path& certificate, const std::filesystem::path& key)
    : context_(ssl::context::tls_server) {
    SSL_CTX* raw = context_.native_handle();
    SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
    SSL_CTX_set_max_proto_version(raw, TLS1_3_VERSION);
    // Nothing that was said before a restart is said again: sessions begin anew.
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(raw, 0);
    error_code failed;
    // A service cannot ask for a passphrase; without this OpenSSL would, on the terminal.
    context_.set_password_callback(
        [](std::size_t, ssl::context::password_purpose) { return std::string{}; }, failed);
    const sync::Bytes chain = contents(certificate);
    context_.use_certificate_chain(boost::asio::buffer(chain), failed);
    if (failed) refuse(certificate, failed);
    sync::Bytes secret = contents(key);
    context_.use_private_key(boost::asio::buffer(secret), ssl::context::pem, failed);
    sync::wipe(secret);
    if (failed) refuse(key, failed);
    X509* own = SSL_CTX_get0_certificate(raw);
    if (own == nullptr || SSL_CTX_check_private_key(raw) != 1) {
        refuse(key, error_code{static_cast<int>(ERR_get_error()),
                               boost::asio::error::get_ssl_category()});
    }
    names_ = names_of(own);
    from_ms_ = ms_of(X509_get0_notBefore(own));
    until_ms_ = ms_of(X509_get0_notAfter(own));
}

bool PageTls::is_valid_at(std::int64_t now_ms) const {
    return from_ms_ <= now_ms && now_ms <= until_ms_;
}

}  // namespace jiuying::node
