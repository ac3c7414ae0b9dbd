/// What the hub's page shows and proves to browsers on other PCs: a certificate and its key.
///
/// TLS 1.3 only. OpenSSL stays in page_tls.cpp and behind PageStream.
#pragma once

#include "node/base/clock.hpp"

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace jiuying::node {

class PageTls {
public:
    /// Reads both files (PEM; the certificate first, those that vouch for it behind it). Failure
    /// missing_file, page_certificate_bad.
    PageTls(const std::filesystem::path& certificate, const std::filesystem::path& key);
    PageTls(const PageTls&) = delete;
    PageTls& operator=(const PageTls&) = delete;

    [[nodiscard]] boost::asio::ssl::context& context() { return context_; }
    /// Names and addresses that the certificate stands for, in small letters, addresses of IPv6 in
    /// brackets. Not those with a `*`: which of them this page has, nobody can tell from it.
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    /// Whether browsers take it at \p now_ms.
    [[nodiscard]] bool is_valid_at(std::int64_t now_ms) const;

private:
    boost::asio::ssl::context context_;
    std::vector<std::string> names_;
    std::int64_t from_ms_ = 0;
    std::int64_t until_ms_ = 0;
};

/// A name or an address as a browser writes it behind `https://`, without a port. Nothing for what
/// is neither.
[[nodiscard]] std::string public_name(const std::string& text);

}  // namespace jiuying::node
